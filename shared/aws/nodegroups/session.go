package nodegroups

import (
	"cmp"
	"context"
	"maps"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/budget"
	"eks-scaling-automation/shared/run"
)

// PlaceOf returns the place of a run's cluster.
func PlaceOf(c run.Cluster, of run.Run) Place {
	return Place{Cluster: cmp.Or(c.EKSName, c.Name), Region: c.Region, Role: c.Role(), Run: of.Execution.Name, Budget: c.Budget}
}

// Reaching is [Place.Reach] for many clusters. Each session is opened once, as its credentials are cached with the configuration.
func Reaching(own aws.Config) func(Place) aws.Config {
	return once(func(p Place) aws.Config { return p.Reach(own) })
}

// once calls a function once for each session, and keeps what it returns. It forgets the sessions of other runs: a function works
// for many runs, but for one at a time.
func once[T any](open func(Place) T) func(Place) T {
	var mu sync.Mutex
	opened := map[Place]T{}
	return func(p Place) T {
		mu.Lock()
		defer mu.Unlock()
		p = p.session()
		if _, known := opened[p]; !known {
			maps.DeleteFunc(opened, func(other Place, _ T) bool { return other.Run != "" && p.Run != "" && other.Run != p.Run })
			opened[p] = open(p)
		}
		return opened[p]
	}
}

// session returns the place with only what distinguishes its session from others.
func (p Place) session() Place {
	p.Budget = budget.Budget{}
	if p.Role.ARN == "" {
		p.Run = ""
	}
	if !p.tagged() {
		p.Cluster = ""
	}
	return p
}

// tagged reports whether the session gets tags. Other roles than a spoke's may not allow it: they were made before there were tags.
func (p Place) tagged() bool { return p.Role.Spoke && p.Run != "" }

// Reach returns the AWS configuration for calls in the cluster's region and, if it has one, as its role. Credentials.Retrieve then
// shows whether the role can be assumed.
func (p Place) Reach(own aws.Config) aws.Config {
	there := own.Copy()
	there.Region = p.Region
	if p.Role.ARN != "" {
		assuming := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(own), p.Role.ARN, p.nameSession)
		there.Credentials = cached(func(ctx context.Context) (aws.Credentials, error) {
			found, err := assuming.Retrieve(ctx)
			if awserr.Denied(err) {
				err = &account.RefusedError{Role: p.Role, Err: err}
			}
			return found, err
		})
	}
	return there
}

// expiryWindow is how long before their end credentials are renewed. Otherwise a call that is on its way, or the clock of this machine,
// may be late, and EKS refuses the call.
const expiryWindow = time.Minute

func cached(retrieve aws.CredentialsProviderFunc) *aws.CredentialsCache {
	return aws.NewCredentialsCache(retrieve, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = expiryWindow })
}

// nameSession adds what CloudTrail shows of the session, and the external id.
func (p Place) nameSession(o *stscreds.AssumeRoleOptions) {
	o.RoleSessionName = "eks-scaling"
	if p.Run != "" {
		o.RoleSessionName = account.SessionName(p.Run)
	}
	if p.Role.ExternalID != "" {
		o.ExternalID = &p.Role.ExternalID
	}
	if p.tagged() {
		o.Tags = []types.Tag{
			{Key: aws.String(account.ClusterTag), Value: aws.String(account.TagValue(p.Cluster))},
			{Key: aws.String(account.RunTag), Value: aws.String(account.TagValue(p.Run))},
		}
	}
}
