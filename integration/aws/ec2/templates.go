package ec2

import (
	"fmt"
	"regexp"
	"strconv"

	"eks-scaling-automation/integration/aws/wire"
)

type key struct{ region, id string }

var validID = regexp.MustCompile(`^lt-[0-9a-f]{17}$`)

// PutTemplate creates a launch template with versions that have these instance types; the last one is the default. It panics if AWS
// would refuse its id.
func (s *Server) PutTemplate(region, id string, types ...string) {
	if !validID.MatchString(id) {
		panic(fmt.Sprintf("ec2: found the launch template %q; want an id such as lt-0123456789abcdef0", id))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.templates == nil {
		s.templates = map[key][]string{}
	}
	s.templates[key{region, id}] = types
}

type describeVersions struct {
	ID       string   `json:"LaunchTemplateId"`
	Versions []string `json:"LaunchTemplateVersion"`
}

// version is a version of a template as EC2 writes it.
type version struct {
	ID      string `json:"launchTemplateId"`
	Number  int    `json:"versionNumber"`
	Default bool   `json:"defaultVersion"`
	Data    struct {
		InstanceType string `json:"instanceType,omitempty"`
	} `json:"launchTemplateData"`
}

// describeVersions describes one version of a template.
func (s *Server) describeVersions(c wire.Caller, in describeVersions) (any, error) {
	s.mu.Lock()
	types, found := s.templates[key{c.Region, in.ID}]
	s.mu.Unlock()
	switch {
	case !validID.MatchString(in.ID):
		return nil, wire.Refuse("InvalidLaunchTemplateId.Malformed", "Invalid launch template id "+in.ID)
	case !found:
		return nil, wire.Refuse("InvalidLaunchTemplateId.NotFound", "The specified launch template, with template ID "+in.ID+", does not exist.")
	case len(in.Versions) != 1:
		return nil, wire.Refuse("InvalidParameterValue", "the local EC2 describes one version at a time")
	}
	asked := in.Versions[0]
	number, err := strconv.Atoi(asked)
	if asked == "$Default" || asked == "$Latest" {
		number, err = len(types), nil
	}
	if err != nil || number < 1 || number > len(types) {
		return nil, wire.Refuse("InvalidLaunchTemplateId.VersionNotFound", "Could not find the specified version "+asked+" for the launch template with ID "+in.ID+".")
	}
	v := version{ID: in.ID, Number: number, Default: number == len(types)}
	v.Data.InstanceType = types[number-1]
	return struct {
		Versions []version `json:"launchTemplateVersionSet"`
	}{[]version{v}}, nil
}
