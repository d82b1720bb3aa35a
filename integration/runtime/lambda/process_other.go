//go:build !linux

package lambda

import "syscall"

// lonely puts a sandbox into a process group of its own, out of reach of the
// terminal's Ctrl-C. If this process dies first, the sandbox ends when it next
// asks the Runtime API for something.
func lonely() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func killGroup(leader int) { _ = syscall.Kill(-leader, syscall.SIGKILL) }
