package installcmd

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/spf13/cobra"
)

// settings are the flags that set parameters of the template.
type settings struct {
	email, permissions, clustersRegion string
	parameters                         []string // KEY=VALUE
	configFile                         string
}

func (s *settings) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.email, "alert-email", "", "address that receives the alerts after a confirmation")
	cmd.Flags().StringVar(&s.permissions, "permissions", "", "node groups that the stack may scale: all, tag:KEY=VALUE, or configured with --config")
	cmd.Flags().StringVar(&s.configFile, "config", "", "configuration whose node groups the stack may scale, for --permissions configured")
	cmd.Flags().StringVar(&s.clustersRegion, "clusters-region", "", "region of the clusters that the stack may scale; * is all regions")
	cmd.Flags().StringArrayVar(&s.parameters, "parameter", nil, "KEY=VALUE: another parameter of the template; can be repeated")
}

// The values of --permissions.
const (
	permissionsAll        = "all"
	permissionsTag        = "tag"
	permissionsConfigured = "configured"
)

// given returns the parameters that the flags set.
func (s settings) given(t releasedTemplate) (map[string]string, error) {
	values, err := s.pairs()
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{parameterEmail: s.email, parameterClustersRegion: s.clustersRegion} {
		if value != "" {
			values[name] = value
		}
	}
	if err := s.addPermissions(values); err != nil {
		return nil, err
	}
	if err := s.checkValues(t, values); err != nil {
		return nil, err
	}
	return values, nil
}

// pairs returns the parameters of --parameter.
func (s settings) pairs() (map[string]string, error) {
	values := map[string]string{}
	for _, each := range s.parameters {
		name, value, ok := strings.Cut(each, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("invalid --parameter %q: use KEY=VALUE, for example LogRetentionDays=14", each)
		}
		if name == parameterBucket || name == parameterPrefix {
			return nil, fmt.Errorf("invalid --parameter %s: use --bucket and --prefix", name)
		}
		values[name] = value
	}
	return values, nil
}

// checkValues refuses the first parameter, by name, that the template does not take.
func (s settings) checkValues(t releasedTemplate, values map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name == parameterPermissions && s.permissions == permissionsConfigured {
			continue // the template that is written for the file takes it
		}
		if err := t.checkParameter(name, values[name]); err != nil {
			return err
		}
	}
	return nil
}

// addPermissions adds the parameters of --permissions.
func (s settings) addPermissions(values map[string]string) error {
	kind, tag, hasTag := strings.Cut(s.permissions, ":")
	key, value, isPair := strings.Cut(tag, "=")
	switch {
	case (kind == permissionsConfigured) != (s.configFile != ""):
		return errors.New("--permissions configured and --config FILE belong together")
	case s.permissions == "":
	case s.permissions == permissionsConfigured:
		values[parameterPermissions] = permissionsConfigured
	case s.permissions == permissionsAll:
		values[parameterPermissions] = permissionsAll
	case kind == permissionsTag && hasTag && isPair && key != "" && value != "":
		values[parameterPermissions], values[parameterTagKey], values[parameterTagValue] = permissionsTag, key, value
	default:
		return fmt.Errorf("invalid --permissions %q: use all, tag:KEY=VALUE, or configured with --config FILE", s.permissions)
	}
	return nil
}

// merge returns the parameters of a deployment: those that are given, those that the stack has already, and the defaults for the
// rest. The stack's values for parameters that the template no longer has are dropped.
func merge(t releasedTemplate, given map[string]string, current []string) ([]types.Parameter, error) {
	var all []types.Parameter
	for _, name := range slices.Sorted(maps.Keys(t.Parameters)) {
		value, isGiven := given[name]
		switch {
		case isGiven:
			all = append(all, types.Parameter{ParameterKey: &name, ParameterValue: &value})
		case slices.Contains(current, name):
			previous := true
			all = append(all, types.Parameter{ParameterKey: &name, UsePreviousValue: &previous})
		case t.Parameters[name].Default == nil:
			return nil, fmt.Errorf("parameter %s is required: add --parameter %s=VALUE", name, name)
		}
	}
	return all, nil
}
