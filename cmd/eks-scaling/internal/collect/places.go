package collect

import (
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// AtOnce limits the concurrent calls of status, so that AWS does not throttle.
const AtOnce = 64

// atOnceInPlace limits them for EKS, which counts calls in each account and region.
const atOnceInPlace = 10

// PlaceOf returns where people look at a unit's cluster, and as which role.
func PlaceOf(u config.Unit) nodegroups.Place {
	return nodegroups.Place{Cluster: u.EKSName, Region: u.Region, Role: u.Role.Viewer()}
}

// task is a call of EKS about a cluster.
type task struct {
	place inventory.Place
	call  func()
}

// inPlaces runs tasks concurrently in all accounts and regions, in order within each, and waits for all.
func inPlaces(tasks []task) {
	queues := map[inventory.Place][]task{}
	for _, t := range tasks {
		queues[t.place] = append(queues[t.place], t)
	}
	free := make(chan struct{}, AtOnce)
	var all errgroup.Group
	for _, queue := range queues {
		all.Go(func() error {
			var own errgroup.Group
			own.SetLimit(atOnceInPlace)
			for _, t := range queue {
				own.Go(func() error {
					free <- struct{}{}
					defer func() { <-free }()
					t.call()
					return nil
				})
			}
			return own.Wait()
		})
	}
	_ = all.Wait() // none fails
}

// EachPlace calls do with the index of each place. Accounts and regions take turns.
func EachPlace(places []inventory.Place, do func(i int)) {
	tasks := make([]task, len(places))
	for i, place := range places {
		tasks[i] = task{place, func() { do(i) }}
	}
	inPlaces(tasks)
}
