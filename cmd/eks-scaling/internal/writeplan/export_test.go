package writeplan

// Split makes the smallest steps, even of changes that fit into one.
var Split = split
