package spoke

import (
	"encoding/json"

	"eks-scaling-automation/shared/account"
)

func (t Template) resources() object {
	role := account.SpokeRole("", "", t.Role, "")
	hub := object{"Fn::Sub": "arn:${AWS::Partition}:iam::${" + HubAccount + "}:root"}
	same := object{"sts:ExternalId": ref(ExternalID)}
	inOrganization := object{"sts:ExternalId": ref(ExternalID), "aws:PrincipalOrgID": ref(Organization)}
	conditions := object{"Fn::If": []any{"InOrganization", inOrganization, same}}
	return object{
		"Role": newRole(role.Name(), "Lets the functions of EKS Scaling Automation scale clusters.",
			trust(hub, "ArnEquals", ref(FunctionRoles), conditions, account.ClusterTag, account.RunTag), "scale", t.scaling()),
		"ViewerRole": newRole(role.Viewer().Name(), "Lets operators of EKS Scaling Automation look at clusters. It cannot change anything.",
			trust(hub, "ArnLike", ref(Viewers), conditions), "look", viewing(role.Name())),
	}
}

func newRole(name, description string, trust, policyName, statements any) object {
	return object{
		"Type": "AWS::IAM::Role",
		"Properties": object{
			"RoleName": name, "Description": description, "AssumeRolePolicyDocument": trust,
			"Policies": []any{object{"PolicyName": policyName, "PolicyDocument": policy(statements)}},
			"Tags":     []any{object{"Key": "application", "Value": "eks-scaling"}},
		},
	}
}

func policy(statements any) object { return object{"Version": "2012-10-17", "Statement": statements} }

// trust lets callers of the hub's account assume a role on the usual conditions. The callers are compared as aws:PrincipalArn: a role
// as principal would be stored by its id, so that one that is made again would be locked out. With tags, sessions may have these.
func trust(hub any, operator string, callers, conditions any, tags ...string) object {
	statements := []any{object{"Effect": "Allow", "Principal": object{"AWS": hub}, "Action": "sts:AssumeRole", "Condition": object{
		operator: object{"aws:PrincipalArn": callers}, "StringEquals": conditions,
	}}}
	// AWS asks about sts:TagSession besides sts:AssumeRole, and has no condition key sts:ExternalId for it. The statement above names the
	// callers. Named twice, those of three hubs would exceed MaxTrust.
	if len(tags) > 0 {
		statements = append(statements, object{"Effect": "Allow", "Principal": object{"AWS": hub}, "Action": "sts:TagSession", "Condition": object{
			"ForAllValues:StringEquals": object{"aws:TagKeys": tags},
		}})
	}
	return policy(statements)
}

// MaxTrust is IAM's default quota for the length of a trust policy, without spaces. It can be raised to twice as many.
const MaxTrust = 2048

// TrustLength returns how long the trust policy of the functions' role is with the default parameters and an organization.
func (t Template) TrustLength() int {
	conditions := object{"sts:ExternalId": t.Defaults.ExternalID, "aws:PrincipalOrgID": "o-abcdefghij"}
	root := "arn:aws:iam::" + t.Defaults.HubAccount + ":root"
	text, _ := json.Marshal(trust(root, "ArnEquals", t.Defaults.FunctionRoles, conditions, account.ClusterTag, account.RunTag)) // only texts
	return len(text)
}

// scaling returns the actions of the functions, on the clusters and node groups of the template and no others.
func (t Template) scaling() []any {
	groups, clusters := t.onTagged("nodegroup/*"), t.onTagged("cluster/*")
	if t.TagKey == "" {
		groups, clusters = onMapped("Nodegroups"), onMapped("Clusters")
	}
	return []any{
		allowing(groups, "eks:DescribeNodegroup", "eks:UpdateNodegroupConfig", "eks:DescribeUpdate", "eks:ListUpdates"),
		allowing(clusters, "eks:DescribeUpdate", "eks:ListUpdates"), // EKS checks updates on both
	}
}

// onMapped returns a statement on what the mapping has for the stack's account.
func onMapped(what string) object {
	return object{"Resource": object{"Fn::FindInMap": []any{"Clusters", ref("AWS::AccountId"), what}}}
}

// onTagged returns a statement on what has the template's tag.
func (t Template) onTagged(resource string) object {
	return object{
		"Resource":  own("eks", "*", resource),
		"Condition": object{"StringEquals": object{"aws:ResourceTag/" + t.TagKey: t.TagValue}},
	}
}

// viewing returns the actions of people: of accounts, init, status and doctor.
func viewing(role string) []any {
	return []any{
		allowing(object{"Resource": "*"}, "eks:ListClusters", "ec2:DescribeLaunchTemplateVersions", "servicequotas:GetServiceQuota", "servicequotas:GetAWSDefaultServiceQuota"),
		allowing(object{"Resource": own("eks", "*", "cluster/*")}, "eks:DescribeCluster", "eks:ListNodegroups"),
		allowing(object{"Resource": own("eks", "*", "nodegroup/*")}, "eks:DescribeNodegroup"),
		allowing(object{"Resource": own("iam", "", "role/"+role)}, "iam:GetRole", "iam:SimulatePrincipalPolicy"),
	}
}

func own(service, region, resource string) object {
	return object{"Fn::Sub": "arn:${AWS::Partition}:" + service + ":" + region + ":${AWS::AccountId}:" + resource}
}

func allowing(statement object, actions ...string) object {
	statement["Effect"], statement["Action"] = "Allow", actions
	return statement
}
