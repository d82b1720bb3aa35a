// Package nodegroups reads and scales EKS managed node groups. It converts the answers of EKS to the domain's types and holds no
// policy: callers decide whether to act.
package nodegroups

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/scaling"
)

// API is the part of EKS that a [Client] needs.
type API interface {
	DescribeNodegroup(context.Context, *eks.DescribeNodegroupInput, ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error)
	UpdateNodegroupConfig(context.Context, *eks.UpdateNodegroupConfigInput, ...func(*eks.Options)) (*eks.UpdateNodegroupConfigOutput, error)
	DescribeUpdate(context.Context, *eks.DescribeUpdateInput, ...func(*eks.Options)) (*eks.DescribeUpdateOutput, error)
	ListUpdates(context.Context, *eks.ListUpdatesInput, ...func(*eks.Options)) (*eks.ListUpdatesOutput, error)
}

// Status is the status of a node group as EKS reports it. It may be unknown to this version.
type Status string

// The statuses of a node group.
const (
	Creating     Status = "CREATING"
	Active       Status = "ACTIVE"
	Updating     Status = "UPDATING"
	Deleting     Status = "DELETING"
	CreateFailed Status = "CREATE_FAILED"
	DeleteFailed Status = "DELETE_FAILED"
	Degraded     Status = "DEGRADED"
)

// State is a node group as EKS reports it.
type State struct {
	Sizes  scaling.Sizes
	Status Status
	Health []string // the health issues, in words
	// AutoScalingGroups names the Auto Scaling groups behind it, usually one.
	AutoScalingGroups []string
	// MaxUnavailable is how many nodes an update of the version may take at once; no maxSize may be smaller. 0 means unknown.
	MaxUnavailable int32
}

// Observed returns the state in the domain's terms.
func (s State) Observed() scaling.Observed {
	o := scaling.Observed{Condition: scaling.Broken, Detail: string(s.Status)}
	if len(s.Health) > 0 {
		o.Detail += ": " + strings.Join(s.Health, "; ")
	}
	switch s.Status {
	case Active:
		o.Condition = scaling.Active
	case Degraded:
		o.Condition = scaling.Degraded
	case Updating, Creating:
		o.Condition = scaling.Updating
	case Deleting:
		o.Condition = scaling.Gone
	case CreateFailed, DeleteFailed:
	}
	if o.Condition == scaling.Active || o.Condition == scaling.Degraded || o.Condition == scaling.Updating {
		o.Sizes = &s.Sizes
	}
	return o
}

// UpdateStatus is the status of an update as EKS reports it.
type UpdateStatus string

// The statuses of an update.
const (
	InProgress UpdateStatus = "InProgress"
	Failed     UpdateStatus = "Failed"
	Cancelled  UpdateStatus = "Cancelled"
	Successful UpdateStatus = "Successful"
)

// Update is an update as EKS reports it.
type Update struct {
	Status UpdateStatus
	Errors []string // why it failed, in words
}

// Place identifies a cluster and the way to reach it.
type Place struct {
	Cluster string // its name in EKS
	Region  string
	Role    account.Role // assumed to reach it; zero in the own account
	// Run names the role's session, so that CloudTrail tells which run made a call; empty outside of runs.
	Run string
	// Budget limits the calls in the account and region; zero is no limit.
	Budget budget.Budget
}

// Client calls EKS for clusters in all regions and accounts.
type Client struct {
	at    func(Place) API
	calls int // at most, while EKS throttles
	sleep func(ctx context.Context, wait time.Duration) bool
	// slots hands out the slots of budgets; nil if there are none. Its clock is now.
	slots    Slots
	now      func() time.Time
	queueing bool // until a slot is free
}

// New returns a client with the given configuration, including its retries.
func New(config aws.Config) *Client {
	return Over(func(p Place) API { return eks.NewFromConfig(p.Reach(config)) })
}

// Over returns a client that opens the API of each session once, with the given function.
func Over(open func(Place) API) *Client {
	return &Client{at: once(open)}
}

// Describe reads a node group.
func (c *Client) Describe(ctx context.Context, p Place, nodegroup string) (State, error) {
	return Read(ctx, patientReader{c, p}, p.Cluster, nodegroup)
}

// Read reads a node group of a cluster in the API's own region and account.
func Read(ctx context.Context, api eks.DescribeNodegroupAPIClient, cluster, nodegroup string) (State, error) {
	out, err := api.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &cluster, NodegroupName: &nodegroup})
	if err == nil && out.Nodegroup == nil {
		err = errEmpty
	}
	if err != nil {
		return State{}, fmt.Errorf("node group %s/%s: %w", cluster, nodegroup, err)
	}
	s := State{Status: Status(out.Nodegroup.Status)}
	if sc := out.Nodegroup.ScalingConfig; sc != nil {
		s.Sizes = scaling.Sizes{MinSize: aws.ToInt32(sc.MinSize), MaxSize: aws.ToInt32(sc.MaxSize), DesiredSize: aws.ToInt32(sc.DesiredSize)}
	}
	if update := out.Nodegroup.UpdateConfig; update != nil {
		s.MaxUnavailable = aws.ToInt32(update.MaxUnavailable)
	}
	if out.Nodegroup.Health != nil {
		for _, issue := range out.Nodegroup.Health.Issues {
			s.Health = append(s.Health, words(string(issue.Code), issue.Message, issue.ResourceIds))
		}
	}
	if out.Nodegroup.Resources != nil {
		for _, group := range out.Nodegroup.Resources.AutoScalingGroups {
			s.AutoScalingGroups = append(s.AutoScalingGroups, aws.ToString(group.Name))
		}
	}
	return s, nil
}

// errEmpty reports an answer without the requested value.
var errEmpty = errors.New("the answer of EKS is empty")

// Scale asks EKS for the sizes that must change and returns the update's id. A bound is never sent alone: EKS checks each
// size against the stored rest, and never moves desiredSize by itself. Calls with the same token are idempotent.
func (c *Client) Scale(ctx context.Context, p Place, nodegroup string, s Change, token string) (string, error) {
	out, err := patiently(ctx, c, p, budget.Updates, func() (*eks.UpdateNodegroupConfigOutput, error) {
		return c.at(p).UpdateNodegroupConfig(ctx, &eks.UpdateNodegroupConfigInput{
			ClusterName: &p.Cluster, NodegroupName: &nodegroup, ClientRequestToken: &token, ScalingConfig: s.config(),
		})
	})
	if err == nil && out.Update == nil {
		err = errEmpty
	}
	if err != nil {
		return "", fmt.Errorf("node group %s/%s to %s: %w", p.Cluster, nodegroup, s.To, err)
	}
	return aws.ToString(out.Update.Id), nil
}

// Change holds the sizes to request. Keeps leaves the desired size as it is, for an autoscaler to set.
type Change struct {
	To    scaling.Sizes
	Keeps bool
}

func (c Change) config() *types.NodegroupScalingConfig {
	sent := &types.NodegroupScalingConfig{MinSize: &c.To.MinSize, MaxSize: &c.To.MaxSize, DesiredSize: &c.To.DesiredSize}
	if c.Keeps {
		sent.DesiredSize = nil
	}
	return sent
}

// Update reads the status of an update.
func (c *Client) Update(ctx context.Context, p Place, nodegroup, id string) (Update, error) {
	out, err := patiently(ctx, c, p, budget.Reads, func() (*eks.DescribeUpdateOutput, error) {
		return c.at(p).DescribeUpdate(ctx, &eks.DescribeUpdateInput{Name: &p.Cluster, NodegroupName: &nodegroup, UpdateId: &id})
	})
	if err == nil && out.Update == nil {
		err = errEmpty
	}
	if err != nil {
		return Update{}, fmt.Errorf("update %s of node group %s/%s: %w", id, p.Cluster, nodegroup, err)
	}
	u := Update{Status: UpdateStatus(out.Update.Status)}
	for _, e := range out.Update.Errors {
		u.Errors = append(u.Errors, words(string(e.ErrorCode), e.ErrorMessage, e.ResourceIds))
	}
	return u, nil
}

// listed limits the updates that [Client.InProgress] reads.
const listed = 5

// InProgress finds an update of a node group that is in progress. It reads at most five updates of one page, so an empty result
// does not prove that there is none.
func (c *Client) InProgress(ctx context.Context, p Place, nodegroup string) (id string, err error) {
	out, err := patiently(ctx, c, p, budget.Reads, func() (*eks.ListUpdatesOutput, error) {
		return c.at(p).ListUpdates(ctx, &eks.ListUpdatesInput{Name: &p.Cluster, NodegroupName: &nodegroup})
	})
	if err != nil {
		return "", fmt.Errorf("updates of node group %s/%s: %w", p.Cluster, nodegroup, err)
	}
	for _, id := range out.UpdateIds[:min(listed, len(out.UpdateIds))] {
		u, err := c.Update(ctx, p, nodegroup, id)
		if err != nil {
			return "", err
		}
		if u.Status == InProgress {
			return id, nil
		}
	}
	return "", nil
}

// The limits of one EKS issue: the bytes of its text, and the number of resources. Hundreds of instances may have the same issue,
// and all changes of a unit share a state of 256 KiB.
const (
	maxWords     = 500
	maxResources = 5
)

// words joins a code, its message and the first affected resources.
func words(code string, message *string, resources []string) string {
	text := code
	if m := aws.ToString(message); m != "" {
		text += ": " + m
	}
	if len(text) > maxWords {
		text = strings.ToValidUTF8(text[:maxWords], "") + " ..."
	}
	if more := len(resources) - maxResources; more > 0 {
		resources = append(slices.Clone(resources[:maxResources]), fmt.Sprintf("and %d more", more))
	}
	if len(resources) > 0 {
		text += " (" + strings.Join(resources, ", ") + ")"
	}
	return text
}
