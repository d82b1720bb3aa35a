package doctorcmd

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect/collecttest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	quotatypes "github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// ListStackResources has a page for each half.
func (p *patient) ListStackResources(_ context.Context, in *cloudformation.ListStackResourcesInput, _ ...func(*cloudformation.Options)) (*cloudformation.ListStackResourcesOutput, error) {
	half := len(p.resources) / 2
	out := &cloudformation.ListStackResourcesOutput{StackResourceSummaries: p.resources[:half], NextToken: aws.String("more")}
	if in.NextToken != nil {
		out.StackResourceSummaries, out.NextToken = p.resources[half:], nil
	}
	return out, p.Call("ListStackResources", *in.StackName)
}

func (p *patient) DescribeTable(_ context.Context, in *dynamodb.DescribeTableInput, _ ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	if err := p.Call("DescribeTable", *in.TableName); err != nil {
		return nil, err
	}
	if p.tables[*in.TableName] == nil {
		return nil, collecttest.Refusal("DynamoDB", "DescribeTable", "ResourceNotFoundException", "no table")
	}
	if p.tables[*in.TableName].TableStatus == collecttest.Lacking {
		return &dynamodb.DescribeTableOutput{}, nil
	}
	return &dynamodb.DescribeTableOutput{Table: p.tables[*in.TableName]}, nil
}

func (p *patient) DescribeTimeToLive(_ context.Context, in *dynamodb.DescribeTimeToLiveInput, _ ...func(*dynamodb.Options)) (*dynamodb.DescribeTimeToLiveOutput, error) {
	if err := p.Call("DescribeTimeToLive", *in.TableName); err != nil {
		return nil, err
	}
	if p.tables[*in.TableName] == nil {
		return nil, collecttest.Refusal("DynamoDB", "DescribeTimeToLive", "ResourceNotFoundException", "no table")
	}
	d := &dynamodbtypes.TimeToLiveDescription{TimeToLiveStatus: dynamodbtypes.TimeToLiveStatusDisabled}
	if p.expiry != "" {
		d = &dynamodbtypes.TimeToLiveDescription{TimeToLiveStatus: dynamodbtypes.TimeToLiveStatusEnabled, AttributeName: &p.expiry}
	}
	return &dynamodb.DescribeTimeToLiveOutput{TimeToLiveDescription: d}, nil
}

func (p *patient) DescribeStateMachine(_ context.Context, in *sfn.DescribeStateMachineInput, _ ...func(*sfn.Options)) (*sfn.DescribeStateMachineOutput, error) {
	return &p.machine, p.Call("DescribeStateMachine", *in.StateMachineArn)
}

func (p *patient) ListSubscriptionsByTopic(_ context.Context, in *sns.ListSubscriptionsByTopicInput, _ ...func(*sns.Options)) (*sns.ListSubscriptionsByTopicOutput, error) {
	return &sns.ListSubscriptionsByTopicOutput{Subscriptions: p.topic}, p.Call("ListSubscriptionsByTopic", *in.TopicArn)
}

func (p *patient) DescribeCluster(_ context.Context, in *eks.DescribeClusterInput, _ ...func(*eks.Options)) (*eks.DescribeClusterOutput, error) {
	if err := p.Call("DescribeCluster", *in.Name); err != nil {
		return nil, err
	}
	status, exists := p.clusters[*in.Name]
	if !exists {
		return nil, collecttest.Refusal("EKS", "DescribeCluster", "ResourceNotFoundException", "no cluster")
	}
	if status == collecttest.Lacking {
		return &eks.DescribeClusterOutput{}, nil
	}
	return &eks.DescribeClusterOutput{Cluster: &ekstypes.Cluster{Status: status, Tags: p.tags}}, nil
}

func (p *patient) DescribeNodegroup(_ context.Context, in *eks.DescribeNodegroupInput, _ ...func(*eks.Options)) (*eks.DescribeNodegroupOutput, error) {
	return &eks.DescribeNodegroupOutput{Nodegroup: &ekstypes.Nodegroup{Tags: p.tags}}, p.Call("DescribeNodegroup", *in.ClusterName+"/"+*in.NodegroupName)
}

func (p *patient) GetRole(_ context.Context, in *iam.GetRoleInput, _ ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	if err := p.Call("GetRole", *in.RoleName); err != nil {
		return nil, err
	}
	policy, exists := p.trust[*in.RoleName]
	if !exists {
		return nil, collecttest.Refusal("IAM", "GetRole", "NoSuchEntity", "no role")
	}
	return &iam.GetRoleOutput{Role: &iamtypes.Role{AssumeRolePolicyDocument: aws.String(url.QueryEscape(policy))}}, nil
}

func (p *patient) ListNodegroups(_ context.Context, in *eks.ListNodegroupsInput, _ ...func(*eks.Options)) (*eks.ListNodegroupsOutput, error) {
	out := &eks.ListNodegroupsOutput{}
	for name := range p.Groups {
		if group, isOf := strings.CutPrefix(name, *in.ClusterName+"/"); isOf {
			out.Nodegroups = append(out.Nodegroups, group)
		}
	}
	slices.Sort(out.Nodegroups)
	return out, p.Call("ListNodegroups", *in.ClusterName)
}

func (p *patient) GetServiceQuota(_ context.Context, in *servicequotas.GetServiceQuotaInput, _ ...func(*servicequotas.Options)) (*servicequotas.GetServiceQuotaOutput, error) {
	if err := p.Call("GetServiceQuota", *in.QuotaCode); err != nil {
		return nil, err
	}
	value, applied := p.quotas[*in.QuotaCode]
	if !applied {
		return nil, collecttest.Refusal("Service Quotas", "GetServiceQuota", "NoSuchResourceException", "none applied")
	}
	return &servicequotas.GetServiceQuotaOutput{Quota: p.quota(value)}, nil
}

func (p *patient) GetAWSDefaultServiceQuota(_ context.Context, in *servicequotas.GetAWSDefaultServiceQuotaInput, _ ...func(*servicequotas.Options)) (*servicequotas.GetAWSDefaultServiceQuotaOutput, error) {
	value := map[string]float64{"eks L-BD136A63": 450, "eks L-6D54EA21": 30, "scheduler L-EE5D6FF0": 10_000_000}[*in.ServiceCode+" "+*in.QuotaCode]
	return &servicequotas.GetAWSDefaultServiceQuotaOutput{Quota: &quotatypes.ServiceQuota{Value: &value}}, p.Call("GetAWSDefaultServiceQuota", *in.QuotaCode)
}

// SimulatePrincipalPolicy answers as IAM does: for several resources it has a decision for each.
func (p *patient) SimulatePrincipalPolicy(_ context.Context, in *iam.SimulatePrincipalPolicyInput, _ ...func(*iam.Options)) (*iam.SimulatePrincipalPolicyOutput, error) {
	if err := p.Call("SimulatePrincipalPolicy", fmt.Sprint(*in.PolicySourceArn, in.ActionNames)); err != nil {
		return nil, err
	}
	out := &iam.SimulatePrincipalPolicyOutput{}
	for _, action := range in.ActionNames {
		decision := iamtypes.PolicyEvaluationDecisionTypeAllowed
		if why, refused := p.refused[action]; refused {
			decision = why
		}
		var missing []string
		if p.selected != "" && strings.HasPrefix(action, "eks:") && strings.Contains(*in.PolicySourceArn, "spoke") {
			decision, missing = p.byTag(in.ContextEntries)
		}
		r := iamtypes.EvaluationResult{
			EvalActionName: &action, EvalResourceName: aws.String("arn:${Partition}:form"), EvalDecision: decision, MissingContextValues: missing,
		}
		if len(in.ResourceArns) > 1 {
			for _, resource := range in.ResourceArns {
				r.ResourceSpecificResults = append(r.ResourceSpecificResults, iamtypes.ResourceSpecificResult{EvalResourceName: &resource, EvalResourceDecision: decision})
			}
		}
		out.EvaluationResults = append(out.EvaluationResults, r)
	}
	return out, nil
}

// byTag decides for a role that selects by a tag, as IAM does: without the value of a condition's key, the key is missing.
func (p *patient) byTag(given []iamtypes.ContextEntry) (decision iamtypes.PolicyEvaluationDecisionType, missing []string) {
	key, value, _ := strings.Cut(p.selected, "=")
	for _, entry := range given {
		if *entry.ContextKeyName == "aws:ResourceTag/"+key && entry.ContextKeyValues[0] == value {
			return iamtypes.PolicyEvaluationDecisionTypeAllowed, nil
		}
	}
	if len(given) == 0 {
		missing = []string{"aws:ResourceTag/" + key}
	}
	return iamtypes.PolicyEvaluationDecisionTypeImplicitDeny, missing
}
