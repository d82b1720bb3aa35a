// Package night simulates nights: the real step handlers and the shipped definition run in one process against models of EKS and
// DynamoDB, in virtual time. One seed decides when triggers fire, what people do, how slow or faulty each call is, and where
// processes die. Invariants are checked during the night and at its end.
//
// In a third of the nights, periods depend on signals. What a unit remembers of them, and what a run asks for because of them, is
// compared with a second implementation, in judgement.go.
package night
