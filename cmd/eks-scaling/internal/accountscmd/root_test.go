package accountscmd_test

import (
	"eks-scaling-automation/cmd/eks-scaling/internal/cli"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
)

func init() { clitest.NewTool = cli.NewRoot }
