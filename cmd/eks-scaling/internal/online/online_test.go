package online_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/online"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// fake is an EKS with clusters and their node groups. Operations in errs fail.
type fake struct {
	clusters map[string]map[string]types.Nodegroup
	errs     map[string]error
}

func (f fake) call(operation string) error {
	if err := f.errs[operation]; err != nil {
		return &smithy.OperationError{ServiceID: "EKS", OperationName: operation, Err: err}
	}
	return nil
}

func (f fake) ListClusters(context.Context, *eks.ListClustersInput, ...func(*eks.Options)) (*eks.ListClustersOutput, error) {
	var names []string
	for name := range f.clusters {
		names = append(names, name)
	}
	return &eks.ListClustersOutput{Clusters: names}, f.call("ListClusters")
}

func (f fake) ListNodegroups(_ context.Context, in *eks.ListNodegroupsInput, _ ...func(*eks.Options)) (*eks.ListNodegroupsOutput, error) {
	groups, known := f.clusters[*in.ClusterName]
	if !known {
		return nil, &types.ResourceNotFoundException{Message: aws.String("No cluster found for name: x.")}
	}
	var names []string
	for name := range groups {
		names = append(names, name)
	}
	return &eks.ListNodegroupsOutput{Nodegroups: names}, f.call("ListNodegroups")
}

func (f fake) DescribeNodegroup(_ context.Context, in *eks.DescribeNodegroupInput, _ ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error) {
	group := f.clusters[*in.ClusterName][*in.NodegroupName]
	return &eks.DescribeNodegroupOutput{Nodegroup: &group}, f.call("DescribeNodegroup")
}

func nodegroup(high int32, status types.NodegroupStatus) types.Nodegroup {
	low, desired := int32(0), int32(1)
	return types.Nodegroup{Status: status, ScalingConfig: &types.NodegroupScalingConfig{
		MinSize: &low, MaxSize: &high, DesiredSize: &desired,
	}}
}

func TestFindings(t *testing.T) {
	t.Parallel()
	world := fake{clusters: map[string]map[string]types.Nodegroup{"production": {
		"big": nodegroup(5, types.NodegroupStatusActive), "small": nodegroup(1, types.NodegroupStatusUpdating),
		"doomed": nodegroup(1, types.NodegroupStatusDeleting),
	}, "staging": {}}}
	for _, row := range []struct {
		rule, cluster string
		nodegroups    map[string]scaling.Limits
		want          []string
	}{
		{"equal limits are fine", "production", map[string]scaling.Limits{"big": {MaxSize: 5}, "small": {MaxSize: 1}}, nil},
		{"narrower limits are fine", "production", map[string]scaling.Limits{"big": {MinSize: 1, MaxSize: 3}}, nil},
		{
			"a misspelled node group", "production",
			map[string]scaling.Limits{"bigg": {MaxSize: 5}},
			[]string{`production/bigg: node group not found in EKS; existing: big, doomed, small; did you mean "big"?`},
		},
		{
			"a misspelled cluster", "producion",
			map[string]scaling.Limits{"big": {MaxSize: 5}},
			[]string{`producion: cluster not found in EKS in sa-east-1; existing: production, staging; did you mean "production"?`},
		},
		{
			"a cluster without node groups", "staging",
			map[string]scaling.Limits{"big": {MaxSize: 5}},
			[]string{"staging/big: node group not found in EKS"},
		},
		{
			"wider limits", "production",
			map[string]scaling.Limits{"big": {MaxSize: 9}},
			[]string{"production/big: limits 0 to 9 are wider than minSize and maxSize in EKS, 0 to 5; runs change these"},
		},
		{
			"a current size outside the limits", "production",
			map[string]scaling.Limits{"big": {MinSize: 2, MaxSize: 5}},
			[]string{"production/big: current size 1 is outside limits 2 to 5; the next run moves it inside"},
		},
		{
			"a node group that is being deleted", "production",
			map[string]scaling.Limits{"doomed": {MaxSize: 1}},
			[]string{"production/doomed: cannot be scaled: its status in EKS is DELETING"},
		},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			open := func(nodegroups.Place) stackaws.EKSAPI { return world }
			c := config.Cluster{Name: row.cluster, Region: "sa-east-1", Nodegroups: limited(row.nodegroups)}
			r := online.Check(t.Context(), open, []config.Cluster{c})
			var got []string
			for _, f := range r.Findings {
				got = append(got, f.String())
			}
			if !slices.Equal(got, row.want) || len(r.Unchecked) > 0 {
				t.Errorf("found %q, unchecked %v; want %q", got, r.Unchecked, row.want)
			}
		})
	}
}

func TestMaximaBelowMaxUnavailable(t *testing.T) {
	t.Parallel()
	group := nodegroup(5, types.NodegroupStatusActive)
	group.UpdateConfig = &types.NodegroupUpdateConfig{MaxUnavailable: aws.Int32(2)}
	open := func(nodegroups.Place) stackaws.EKSAPI {
		return fake{clusters: map[string]map[string]types.Nodegroup{"production": {"big": group}}}
	}
	night := scaling.Target{MaxSize: aws.Int32(1), DesiredSize: aws.Int32(0)}
	for _, row := range []struct {
		rule     string
		limit    int32
		profiles map[string]scaling.Target
		want     string
	}{
		{"a profile", 5, map[string]scaling.Target{"day": scaling.Desired(3), "night": night}, "production/big: profile night sets maxSize 1, which EKS refuses: the node group's maxUnavailable is 2; raise maxSize, or lower maxUnavailable in EKS"},
		{"a number, with the limit", 1, map[string]scaling.Target{"day": scaling.Desired(1)}, "production/big: profile day sets maxSize 1, which EKS refuses"},
		{"as many", 2, map[string]scaling.Target{"day": scaling.Desired(1)}, ""},
		{"no profile", 1, nil, ""},
	} {
		profiles := map[string]map[string]scaling.Target{"none": {}}
		for name, target := range row.profiles {
			profiles[name] = map[string]scaling.Target{"big": target}
		}
		spec, err := json.Marshal(config.Cluster{
			Name: "production", Region: "sa-east-1", Enforce: scaling.OnTransition, WaitTimeout: config.Duration(time.Minute), Concurrency: 1,
			Nodegroups: limited(map[string]scaling.Limits{"big": {MaxSize: row.limit}}), Profiles: profiles, Schedule: config.Schedule{Default: "none"},
		})
		if err != nil {
			t.Fatal(err)
		}
		c, err := config.ParseCluster(spec, config.Settings{Timezone: "UTC"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, f := range online.Check(t.Context(), open, []config.Cluster{c}).Findings {
			got += f.String()
		}
		if !strings.HasPrefix(got, row.want) || row.want == "" && got != "" {
			t.Errorf("%s: found %q; want %q", row.rule, got, row.want)
		}
	}
}

func TestAFindingHasThePathOfItsField(t *testing.T) {
	t.Parallel()
	open := func(nodegroups.Place) stackaws.EKSAPI {
		return fake{clusters: map[string]map[string]types.Nodegroup{"b": {}}}
	}
	limits := limited(map[string]scaling.Limits{"big": {MaxSize: 5}})
	r := online.Check(t.Context(), open, []config.Cluster{{Name: "a", Nodegroups: limits}, {Name: "b", Nodegroups: limits}})
	var got []string
	for _, f := range r.Findings {
		got = append(got, f.Path)
	}
	if diff := cmp.Diff([]string{"clusters[0].name", "clusters[1].nodegroups.big"}, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
}

func TestClustersWithOneReasonAreUncheckedTogether(t *testing.T) {
	t.Parallel()
	denied := &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "not authorized"}
	groups := map[string]types.Nodegroup{"big": nodegroup(5, types.NodegroupStatusActive)}
	places := map[string]fake{
		"one":   {errs: map[string]error{"ListNodegroups": denied}, clusters: map[string]map[string]types.Nodegroup{"a": groups, "b": groups}},
		"two":   {errs: map[string]error{"DescribeNodegroup": denied}, clusters: map[string]map[string]types.Nodegroup{"c": groups}},
		"three": {errs: map[string]error{"ListNodegroups": errors.New("broken")}, clusters: map[string]map[string]types.Nodegroup{"d": groups}},
		"four": {errs: map[string]error{"ListNodegroups": &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: denied}}, clusters: map[string]map[string]types.Nodegroup{
			"e": groups,
		}},
	}
	open := func(p nodegroups.Place) stackaws.EKSAPI { return places[p.Region] }
	var clusters []config.Cluster
	for name, region := range map[string]string{"a": "one", "b": "one", "c": "two", "d": "three", "e": "four"} {
		clusters = append(clusters, config.Cluster{Name: name, Region: region, Nodegroups: limited(map[string]scaling.Limits{"big": {MaxSize: 5}})})
	}
	slices.SortFunc(clusters, func(a, b config.Cluster) int { return strings.Compare(a.Name, b.Name) })
	var got []string
	for _, u := range online.Check(t.Context(), open, clusters).Unchecked {
		got = append(got, u.String())
	}
	want := []string{
		"a, b: not checked in EKS: permission eks:ListNodegroups is missing",
		"c: not checked in EKS: permission eks:DescribeNodegroup is missing",
		"d: not checked in EKS: listing the node groups of cluster d: operation error EKS: ListNodegroups, broken",
		"e: not checked in EKS: permission sts:AssumeRole is missing",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unchecked (-want +got):\n%s", diff)
	}
}

// limited returns node groups with limits.
func limited(limits map[string]scaling.Limits) map[string]config.Nodegroup {
	nodegroups := map[string]config.Nodegroup{}
	for name, l := range limits {
		nodegroups[name] = config.Nodegroup{Limits: l}
	}
	return nodegroups
}
