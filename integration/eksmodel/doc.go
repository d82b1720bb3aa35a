// Package eksmodel is a model of EKS managed node groups. The simulation calls it directly; package aws/eks serves it over HTTP.
// It implements the operations that the product uses with the SDK's own signatures and errors, in the caller's goroutine.
//
// The model is adversarial but honest: everything it does, EKS may do, and it refuses what EKS refuses. The caller chooses per
// node group how long updates take, when new sizes become visible, how updates end, and how long a describe call still answers
// with the status before the update ([Behavior]). People and autoscalers act through methods of the model, such as
// [Model.SetSizes].
//
// Updates end by a clock of the caller or, with [Behavior.Looks], by describe calls. With looks no test has to sleep, but a
// caller that never looks waits forever.
//
// Besides what EKS tells, the model knows which nodes exist ([Model.Nodes]). The log of [Model.Changes] has every change of
// sizes and nodes in the order of time, so that a caller can check that a set of node groups never lost all capacity.
//
// [Model.Limit] has calls throttled that are too many in a second, by account. Nothing else here fails or delays a call: the
// caller wraps the model to do that. The options of a call are ignored. What a
// request asks beyond sizes fails with [ErrUnsupported]; no part of a request is ignored.
package eksmodel
