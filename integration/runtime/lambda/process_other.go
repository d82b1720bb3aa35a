//go:build !linux

package lambda

import "syscall"

// lonely gives a sandbox its own process group, so that the terminal's Ctrl-C does not reach it. If this process dies first, the
// sandbox ends when it next asks the Runtime API for something.
func lonely() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func killGroup(leader int) { _ = syscall.Kill(-leader, syscall.SIGKILL) }
