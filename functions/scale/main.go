// Command scale is the Lambda function that changes a node group's sizes.
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
