package installcmd

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/permissions"
)

// toldParameters maps the outputs that tell a setting of a stack to the parameter of that setting. With another value, the stack would
// scale other clusters, read other hosts, or move its functions and data.
func toldParameters() map[string]string {
	return map[string]string{
		deployment.OutputRegionScope: "RegionScope", deployment.OutputSignalHosts: "SignalHosts", deployment.OutputKey: "KeyArn",
		deployment.OutputSubnets: parameterSubnets, deployment.OutputSecurityGroups: "SecurityGroupIds", deployment.OutputEventBus: parameterEventBus,
	}
}

// takeOver keeps the settings of the stack: those that its outputs tell, or all if it has the parameters of the released template.
func (d *deployer) takeOver() error {
	if err := d.checkPermissions(); err != nil {
		return err
	}
	if d.now.installer == deployment.ByTemplate {
		term.Say(d.env.Told, "Taking over stack %s. Its parameters stay, unless a flag changes them.\n", d.stack.name)
		return nil
	}
	given, err := d.given(d.template)
	if err != nil {
		return err
	}
	d.kept = d.now.told(d.template)
	for name := range given {
		delete(d.kept, name)
	}
	if d.kept[parameterSubnets] != "" && given[parameterVPC] == "" {
		return frame.Usage(d.cmd, fmt.Errorf("the functions run in the subnets %s: add --parameter %s=VPC", d.kept[parameterSubnets], parameterVPC))
	}
	keeps := ""
	for _, name := range slices.Sorted(maps.Keys(d.kept)) {
		keeps += " " + name + "=" + d.kept[name]
	}
	if keeps != "" {
		keeps = " It keeps" + keeps + "."
	}
	term.Say(d.env.Told, "Taking over stack %s.%s Every other setting gets its default, unless a flag sets it.\n", d.stack.name, keeps)
	return nil
}

// told returns the parameters that the outputs tell and that differ from the template's defaults.
func (c current) told(t releasedTemplate) map[string]string {
	values := map[string]string{}
	for output, parameter := range toldParameters() {
		if value := c.outputs[output]; value != "" {
			values[parameter] = value
		}
	}
	if _, name, isBus := strings.Cut(values[parameterEventBus], ":event-bus/"); isBus {
		values[parameterEventBus] = name
	}
	if g := permissions.OfStack(c.outputs[deployment.OutputPermissions]); g.Mode == permissions.Tagged {
		values[parameterPermissions], values[parameterTagKey], values[parameterTagValue] = permissionsTag, g.TagKey, g.TagValue
	}
	maps.DeleteFunc(values, func(name, value string) bool {
		p, found := t.Parameters[name]
		return !found || p.Default != nil && *p.Default == any(value)
	})
	return values
}

// checkPermissions refuses a deployment that would lose exact permissions: the released template has no other place for them.
func (d *deployer) checkPermissions() error {
	given, err := d.given(d.template)
	if err != nil {
		return err
	}
	_, chosen := given[parameterPermissions]
	_, choosable := d.template.Parameters[parameterPermissions]
	if chosen || !choosable || permissions.OfStack(d.now.outputs[deployment.OutputPermissions]).Mode != permissions.Configured {
		return nil
	}
	return frame.UsageErr(errors.New("the stack has permissions on exactly the configured node groups: repeat --permissions configured --config FILE " +
		"(eks-scaling config export > my.yaml), or choose --permissions all or tag:KEY=VALUE"))
}
