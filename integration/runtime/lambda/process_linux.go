package lambda

import "syscall"

// lonely gives a sandbox its own process group, so that the terminal's Ctrl-C does not reach it. The kernel kills it if this
// process dies first.
func lonely() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killGroup(leader int) { _ = syscall.Kill(-leader, syscall.SIGKILL) }
