// Package eksmodel is a model of EKS managed node groups. The simulation calls it directly; package aws/eks serves it over HTTP.
// It implements the operations that the product uses with the SDK's own signatures and errors, in the caller's goroutine.
//
// The model is adversarial but honest: EKS may do everything that it does, and it refuses what EKS refuses. For each node group
// the caller chooses the duration of updates, when new sizes become visible, how updates end, and how long describe calls show
// the old status ([Behavior]). People and autoscalers act through methods of the model, such as [Model.SetSizes].
//
// Updates end by the caller's clock or, with [Behavior.Looks], by describe calls. Then no test has to sleep, but a caller that
// makes no such call waits forever.
//
// Unlike EKS, the model also knows which nodes exist ([Model.Nodes]). The log [Model.Changes] has every change of sizes and nodes
// in order, so that a caller can check that a set of node groups never lost all capacity.
//
// [Model.Limit] throttles calls by account. Nothing else here fails or delays a call: the caller wraps the model to do that. The
// options of a call are ignored. Requests for anything but sizes fail with [ErrUnsupported]; no part of a request is ignored.
package eksmodel
