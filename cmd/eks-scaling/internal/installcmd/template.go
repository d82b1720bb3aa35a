package installcmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
)

// The parameters of the template that the tool sets or reads.
const (
	parameterBucket         = deployment.ParameterCodeBucket
	parameterPrefix         = "CodePrefix"
	parameterEmail          = "AlertEmail"
	parameterClustersRegion = "ClustersRegion"
	parameterPermissions    = "Permissions"
	parameterTagKey         = "PermissionsTagKey"
	parameterTagValue       = "PermissionsTagValue"
	parameterEventBus       = "EventBus"
	parameterSubnets        = "SubnetIds"
	parameterVPC            = "VpcId"
)

// releasedTemplate is the template of a release.
type releasedTemplate struct {
	text []byte

	Parameters map[string]templateParameter
	Resources  map[string]templateResource
	Outputs    map[string]struct{ Value any }
}

type templateParameter struct {
	Default                               *any
	AllowedValues                         []string
	AllowedPattern, ConstraintDescription string
}

type templateResource struct {
	Type, DeletionPolicy string
	Properties           struct {
		Code        struct{ S3Key any }
		Environment struct{ Variables map[string]any }
	}
}

// parseTemplate reads the template of a release.
func parseTemplate(text []byte) (releasedTemplate, error) {
	t := releasedTemplate{text: text}
	if err := json.Unmarshal(text, &t); err != nil {
		return t, fmt.Errorf("%s: %w", templateFile, err)
	}
	if _, released := t.Parameters[parameterBucket]; !released || len(t.Resources) == 0 {
		return t, errors.New(templateFile + " has no parameter " + parameterBucket + ", so it is not the template of a release: write it with make dist")
	}
	return t, nil
}

// version returns the version that the template writes into the stack's outputs; empty if unknown.
func (t releasedTemplate) version() string {
	version, _ := t.Outputs[deployment.OutputVersion].Value.(string)
	return version
}

// function is a function of the template.
type function struct{ zip, sum string }

// functions returns the functions, with the names of their zips and the checksums that the template has.
func (t releasedTemplate) functions() (all []function) {
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		r := t.Resources[id]
		if r.Type != "AWS::Lambda::Function" || r.Properties.Code.S3Key == nil {
			continue
		}
		sum, _ := r.Properties.Environment.Variables["CODE_SHA256"].(string)
		if name := zipOf(r.Properties.Code.S3Key); name != "" {
			all = append(all, function{name, sum})
		}
	}
	return all
}

// zipOf returns the name of the zip at the end of a key, such as {"Fn::Join": ["/", [prefix, "decide.zip"]]}.
func zipOf(key any) string {
	text, err := json.Marshal(key)
	if err != nil {
		return ""
	}
	found := zipName.FindSubmatch(text)
	if found == nil {
		return ""
	}
	return string(found[1])
}

var zipName = regexp.MustCompile(`([a-z0-9-]+)\.zip"`)

// retaining returns the template with resources that stay when their stack goes. CloudFormation takes existing resources only with
// this policy.
func (t releasedTemplate) retaining(ids []string) (releasedTemplate, error) {
	return t.edit(func(whole map[string]any) {
		resources, _ := whole["Resources"].(map[string]any)
		for _, id := range ids {
			if r, found := resources[id].(map[string]any); found {
				r["DeletionPolicy"] = "RetainExceptOnCreate"
			}
		}
	})
}

// edit returns the template with a change, its members in alphabetical order.
func (t releasedTemplate) edit(change func(whole map[string]any)) (releasedTemplate, error) {
	whole := map[string]any{}
	if err := json.Unmarshal(t.text, &whole); err != nil {
		return t, err
	}
	change(whole)
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(whole); err != nil {
		return t, err
	}
	return parseTemplate(bytes.TrimSpace(text.Bytes()))
}

// checkParameter refuses a value that CloudFormation would refuse. An expression that Go cannot read is left to CloudFormation.
func (t releasedTemplate) checkParameter(name, value string) error {
	p, found := t.Parameters[name]
	if !found {
		names := slices.Sorted(maps.Keys(t.Parameters))
		if closest := english.DidYouMean(name, names); closest != "" {
			return fmt.Errorf("unknown parameter %s%s", name, closest)
		}
		return fmt.Errorf("unknown parameter %s: this version has %s", name, strings.Join(names, ", "))
	}
	if len(p.AllowedValues) > 0 && !slices.Contains(p.AllowedValues, value) {
		return fmt.Errorf("invalid %s %q: use %s", name, value, strings.Join(p.AllowedValues, ", "))
	}
	// CloudFormation has the last word on a pattern that Go does not know.
	if pattern, err := regexp.Compile("^(?:" + p.AllowedPattern + ")$"); p.AllowedPattern == "" || err == nil && pattern.MatchString(value) {
		return nil
	}
	if p.ConstraintDescription == "" {
		return fmt.Errorf("invalid %s %q: must match %s", name, value, p.AllowedPattern)
	}
	return fmt.Errorf("invalid %s %q: %s", name, value, p.ConstraintDescription)
}
