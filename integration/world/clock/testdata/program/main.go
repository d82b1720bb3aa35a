// Command program prints the time.
package main

import (
	"time"
)

func main() {
	now := time.Now
	println(now().UTC().Format(time.RFC3339))
}
