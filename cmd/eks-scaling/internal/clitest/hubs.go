package clitest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/deployment"
)

// HomeRegion is the region of a call without --region.
const HomeRegion = "sa-east-1"

// Hubs are the stacks of several regions, each with a table in memory.
type Hubs struct {
	Tables map[string]*Memory
	Down   map[string]error // why the hub of a region does not answer
	// All says that each stack takes the clusters of all regions.
	All bool

	mutex  sync.Mutex
	Opened []string // the regions that were connected to
}

// NewHubs returns hubs with empty tables. Each hub takes only the clusters of its region.
func NewHubs(regions ...string) *Hubs {
	h := &Hubs{Tables: map[string]*Memory{}, Down: map[string]error{}}
	for _, region := range regions {
		h.Tables[region] = NewMemory()
	}
	return h
}

// Environment connects to the hubs.
func (h *Hubs) Environment() frame.Environment {
	return frame.Environment{Connect: func(_ context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		region := cmp.Or(place.Region, HomeRegion)
		h.mutex.Lock()
		h.Opened = append(h.Opened, region)
		h.mutex.Unlock()
		s := frame.Session{Stack: deployment.Stack{Name: deployment.DefaultName, Region: region, ConfigTable: deployment.ConfigTable}, Now: now(), Notes: notes}
		table, found := h.Tables[region]
		if err := h.Down[region]; err != nil {
			return s, err
		}
		if !found {
			return s, frame.NotFound(fmt.Errorf("looking for stack EksScaling: %w in %s; deploy it", stackaws.ErrNoStack, region))
		}
		if !h.All {
			s.Stack.OnlyRegion = region
		}
		s.Config, s.Logs = table, table
		return s, nil
	}}
}
