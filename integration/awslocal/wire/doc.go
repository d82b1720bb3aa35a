// Package wire is how AWS's services are spoken to, as far as every local stand-in needs it: who calls, in which of the
// protocols, which operation, with what; and how an answer, an error or a list in pages looks in that protocol. A service
// says what it takes and answers as plain structs, and never writes a protocol itself.
//
// The members of those structs have the names of the API's members: the field's name, or that of its json tag.
//
// It must never let pass what it does not know: a parameter that an operation does not take is refused, because AWS would
// have heeded it. Signatures are not checked; they only tell who calls, which region is meant and which service.
package wire
