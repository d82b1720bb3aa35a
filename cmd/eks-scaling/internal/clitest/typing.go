package clitest

import (
	"io"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// Typist types, and has something else happen before that.
type Typist struct {
	Text   string
	Before func()
}

func (p *Typist) Read(to []byte) (int, error) {
	if p.Before != nil {
		p.Before()
		p.Before = nil
	}
	n := copy(to, p.Text)
	p.Text = p.Text[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// OnTerminal is an environment with somebody to ask.
func OnTerminal(env frame.Environment) frame.Environment {
	env.Interactive = true
	return env
}
