//go:build unix

package pty

import "syscall"

// inSessionOfItsOwn makes the terminal that is the command's input the one that Ctrl-C comes from.
func inSessionOfItsOwn() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Setctty: true}
}
