// Package nodegroups reads and scales EKS managed node groups. It says what EKS says, in the domain's types, and holds
// no policy: whether to act is decided elsewhere.
package nodegroups

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"eks-scaling-automation/shared/scaling"
)

// State is a node group as EKS reports it.
type State struct {
	Sizes  scaling.Sizes
	Status types.NodegroupStatus
	Health []string // the health issues, in words
	// AutoScalingGroups are the names of those behind it, hardly ever more than one.
	AutoScalingGroups []string
}

// Degraded says whether EKS holds the node group for ailing. It may stay so after a capacity failure, even at size 0,
// until a scale-out succeeds.
func (s State) Degraded() bool {
	return s.Status == types.NodegroupStatusDegraded
}

// Update is an update as EKS reports it.
type Update struct {
	Status types.UpdateStatus
	Errors []string // why it failed, in words
}

// Place is where a cluster is reached.
type Place struct {
	Cluster string
	Region  string
	RoleARN string // assumed to reach it; empty in the own account
}

// Client talks to EKS about the node groups of clusters anywhere.
type Client struct {
	config aws.Config

	mu      sync.Mutex
	clients map[Place]*eks.Client // by region and role alone
}

// New makes a client with the given credentials.
func New(config aws.Config) *Client {
	return &Client{config: config, clients: map[Place]*eks.Client{}}
}

// at is the EKS client for a place. It is kept, and with it the credentials of a role that was assumed.
func (c *Client) at(p Place) *eks.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	p.Cluster = ""
	if c.clients[p] == nil {
		c.clients[p] = c.open(p)
	}
	return c.clients[p]
}

func (c *Client) open(p Place) *eks.Client {
	return eks.NewFromConfig(p.Reach(c.config))
}

// Reach is how a service is called where the cluster is: in its region, and as its role if it has one. Credentials.Retrieve
// tells whether the role can be assumed.
func (p Place) Reach(own aws.Config) aws.Config {
	there := own.Copy()
	there.Region = p.Region
	if p.RoleARN != "" {
		there.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(own), p.RoleARN,
			func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "eks-scaling" }))
	}
	return there
}

// Describe reads a node group.
func (c *Client) Describe(ctx context.Context, p Place, nodegroup string) (State, error) {
	return Read(ctx, c.at(p), p.Cluster, nodegroup)
}

// Read reads a node group of a cluster that lies where the API is.
func Read(ctx context.Context, api eks.DescribeNodegroupAPIClient, cluster, nodegroup string) (State, error) {
	out, err := api.DescribeNodegroup(ctx, &eks.DescribeNodegroupInput{ClusterName: &cluster, NodegroupName: &nodegroup})
	if err == nil && out.Nodegroup == nil {
		err = errEmpty
	}
	if err != nil {
		return State{}, fmt.Errorf("node group %s/%s: %w", cluster, nodegroup, err)
	}
	s := State{Status: out.Nodegroup.Status}
	if sc := out.Nodegroup.ScalingConfig; sc != nil {
		s.Sizes = scaling.Sizes{MinSize: aws.ToInt32(sc.MinSize), MaxSize: aws.ToInt32(sc.MaxSize), DesiredSize: aws.ToInt32(sc.DesiredSize)}
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

// errEmpty is an answer without what was asked for.
var errEmpty = errors.New("the answer of EKS is empty")

// Scale asks EKS for sizes and returns the update's id. All three are sent: EKS checks each against the stored rest and
// never moves desiredSize by itself. The same token makes a repeated call the same call.
func (c *Client) Scale(ctx context.Context, p Place, nodegroup string, s scaling.Sizes, token string) (string, error) {
	out, err := c.at(p).UpdateNodegroupConfig(ctx, &eks.UpdateNodegroupConfigInput{
		ClusterName: &p.Cluster, NodegroupName: &nodegroup, ClientRequestToken: &token,
		ScalingConfig: &types.NodegroupScalingConfig{MinSize: &s.MinSize, MaxSize: &s.MaxSize, DesiredSize: &s.DesiredSize},
	})
	if err == nil && out.Update == nil {
		err = errEmpty
	}
	if err != nil {
		return "", fmt.Errorf("node group %s/%s to %s: %w", p.Cluster, nodegroup, s, err)
	}
	return aws.ToString(out.Update.Id), nil
}

// Update reads how an update is doing.
func (c *Client) Update(ctx context.Context, p Place, nodegroup, id string) (Update, error) {
	out, err := c.at(p).DescribeUpdate(ctx, &eks.DescribeUpdateInput{Name: &p.Cluster, NodegroupName: &nodegroup, UpdateId: &id})
	if err == nil && out.Update == nil {
		err = errEmpty
	}
	if err != nil {
		return Update{}, fmt.Errorf("update %s of node group %s/%s: %w", id, p.Cluster, nodegroup, err)
	}
	u := Update{Status: out.Update.Status}
	for _, e := range out.Update.Errors {
		u.Errors = append(u.Errors, words(string(e.ErrorCode), e.ErrorMessage, e.ResourceIds))
	}
	return u, nil
}

// words joins a code, its message and the resources it is about.
func words(code string, message *string, resources []string) string {
	text := code
	if m := aws.ToString(message); m != "" {
		text += ": " + m
	}
	if len(resources) > 0 {
		text += " (" + strings.Join(resources, ", ") + ")"
	}
	return text
}
