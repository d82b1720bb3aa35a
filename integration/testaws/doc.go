// Command testaws holds AWS Step Functions itself against traces: it has TestState run every state of them, with the recorded
// results and errors in place of the services, and compares what comes of it. It creates nothing and starts no execution.
//
// Exit codes: 0 everything that was compared is as in the traces, 1 something differs, 2 nothing could be compared.
package main
