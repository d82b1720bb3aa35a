package lambda

import "syscall"

// lonely puts a sandbox into a process group of its own, out of reach of the
// terminal's Ctrl-C, and has the kernel kill it if this process dies first.
func lonely() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killGroup(leader int) { _ = syscall.Kill(-leader, syscall.SIGKILL) }
