// Command testaws holds AWS Step Functions itself against traces: it has TestState run every state of them, with the recorded
// results and errors in place of the services, and compares what comes of it. It creates nothing and starts no execution.
//
// Exit codes: 0 everything is as in the traces, 1 something differs, 2 it could not be found out.
package main
