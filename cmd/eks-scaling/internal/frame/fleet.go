package frame

import "eks-scaling-automation/cmd/eks-scaling/internal/health/hubs"

// ExamineFleet judges the hubs together. The regions say which of them failed after they were opened.
func ExamineFleet[T any](parts []Part[T], regions Regions) []hubs.Finding {
	var all []hubs.Hub
	for _, p := range parts {
		all = append(all, hubs.Hub{Region: p.Region, OnlyRegion: p.Hub.Session.Stack.OnlyRegion, Installer: p.Hub.Session.Stack.Installer, Stored: p.Hub.Stored})
	}
	for _, u := range regions.Unreachable {
		all = append(all, hubs.Hub{Region: u.Region, Error: u.Error, Missing: u.Missing})
	}
	return hubs.Examine(all)
}
