// Package wire speaks the protocols of AWS for all local stand-ins. It reads the caller, the protocol, the operation and the
// input of a call, and writes answers, errors and pages in that protocol. A service takes and returns plain structs, and never
// writes a protocol itself.
//
// Members of those structs are named as in the API: by the field's name or its json tag.
//
// It must never ignore anything: it refuses parameters that an operation does not know, because AWS might act on them. It does
// not check signatures; it only takes the caller, the region and the service from them.
package wire
