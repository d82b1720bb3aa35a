// Command wait-for-nodegroup-active is the Lambda function that looks whether a node group has arrived at its sizes.
package main

import (
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/nodegroups"
)

func main() {
	step.Start(handler{eks: nodegroups.New(step.AWS()), now: time.Now}.handle)
}
