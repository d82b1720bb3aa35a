package main

import (
	"errors"

	"eks-scaling-automation/shared/config"
)

// mendFirst says how to fix an invalid item, after the error. The error of an item that a newer version has written says it itself.
func mendFirst(err error) string {
	if errors.Is(err, config.ErrNewer) {
		return ""
	}
	return "; mend that first, with: eks-scaling config edit"
}
