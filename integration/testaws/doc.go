// Command testaws compares AWS Step Functions with traces: TestState runs every state of a trace, with the recorded results and
// errors as mocks. It creates nothing and starts no execution.
//
// Exit codes: 0 no differences, 1 differences, 2 nothing could be compared.
package main
