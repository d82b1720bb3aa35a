package permissions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

// The parameter of the released template that chooses a mode, and its condition for roles in other accounts.
const (
	Parameter      = "Permissions"
	spokeCondition = "HasSpokeRole"
)

// IAM's quotas for managed policies.
const (
	maxPolicy   = 6144 // characters without spaces
	maxPolicies = 10   // of a role
	maxAccount  = len("123456789012")
	maxRef      = len("aws-us-gov")
)

// ErrTooMany means that IAM's policies cannot name the node groups of a configuration.
var ErrTooMany = errors.New("too many clusters for exact permissions: use all or tag:KEY=VALUE")

// object is an object of a template.
type object = map[string]any

// Rewrite returns the released template with permissions on exactly the node groups of some clusters. Its parameter [Parameter] then
// has only the value [Configured].
func Rewrite(template []byte, clusters []config.Cluster) ([]byte, error) {
	var t struct {
		all                                        object
		parameters, resources, conditions, outputs object
	}
	decoder := json.NewDecoder(bytes.NewReader(template))
	decoder.UseNumber() // keeps every number as it is
	if err := decoder.Decode(&t.all); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	for name, section := range map[string]*object{"Parameters": &t.parameters, "Resources": &t.resources, "Conditions": &t.conditions, "Outputs": &t.outputs} {
		*section, _ = t.all[name].(object)
	}
	choice, isReleased := t.parameters[Parameter].(object)
	if !isReleased {
		return nil, fmt.Errorf("the template has no parameter %s: use the released one", Parameter)
	}
	choice["AllowedValues"], choice["Default"] = []string{string(Configured)}, string(Configured)
	choice["Description"] = "The functions may scale exactly the node groups for which this template was written."
	t.conditions[spokeCondition] = object{"Fn::Equals": []string{"roles", "are named"}}
	if output, found := t.outputs[deployment.OutputPermissions].(object); found {
		output["Value"] = string(Configured)
	}
	for _, function := range Functions() {
		role, err := roleOf(t.resources, function)
		if err != nil {
			return nil, err
		}
		policies, err := exactPolicies(function, role, clusters)
		if err != nil {
			return nil, err
		}
		maps.Copy(t.resources, policies)
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(t.all)
	return text.Bytes(), err
}

// roleOf returns the logical ID of a function's role, which ends in a hash of the CDK.
func roleOf(resources object, function string) (string, error) {
	form := regexp.MustCompile("^" + deployment.RoleID(function) + "[0-9A-F]{8}$")
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		if form.MatchString(id) {
			return id, nil
		}
	}
	return "", fmt.Errorf("the template has no role for the function %s", function)
}

// exactPolicies returns managed policies that together have the statements of a function.
func exactPolicies(function, role string, clusters []config.Cluster) (object, error) {
	statements := Grant{Mode: Configured}.Of(function, Place{Partition: "${AWS::Partition}", Account: "${AWS::AccountId}"}, clusters)
	policies, part, length := object{}, []any{}, 0
	end := func() {
		if len(part) == 0 {
			return
		}
		id := fmt.Sprintf("%sConfigured%d", deployment.RoleID(function), len(policies)+1)
		policies[id] = object{"Type": "AWS::IAM::ManagedPolicy", "Properties": object{
			"Description": "Exactly the configured clusters.", "Roles": []any{object{"Ref": role}},
			"PolicyDocument": object{"Version": "2012-10-17", "Statement": part},
		}}
		part, length = nil, 0
	}
	for _, s := range inParts(statements) {
		statement, size := written(s)
		if length+size > maxPolicy-len(`{"Version":"2012-10-17","Statement":[]}`) {
			end()
		}
		part, length = append(part, statement), length+size
	}
	end()
	if len(policies) > maxPolicies {
		return nil, ErrTooMany
	}
	return policies, nil
}

// maxResources keeps a statement far shorter than a policy.
const maxResources = 15

// inParts divides statements with many resources.
func inParts(statements []Statement) (parts []Statement) {
	for _, s := range statements {
		for some := range slices.Chunk(s.Resources, maxResources) {
			parts = append(parts, Statement{Actions: s.Actions, Resources: some})
		}
	}
	return parts
}

// written returns a statement for the template, and how long it can be in IAM.
func written(s Statement) (statement object, length int) {
	var resources []any
	for _, r := range s.Resources {
		resources = append(resources, object{"Fn::Sub": r})
	}
	text := DocumentOf([]Statement{s}).JSON()
	text = strings.NewReplacer("${AWS::Partition}", strings.Repeat("x", maxRef), "${AWS::AccountId}", strings.Repeat("x", maxAccount)).Replace(text)
	return object{"Effect": "Allow", "Action": s.Actions, "Resource": resources}, len(text)
}
