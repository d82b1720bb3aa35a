package installcmd

import (
	"errors"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// withPermissions returns the template with exactly the permissions that --config asks for, or as it is.
func (d *deployer) withPermissions() (releasedTemplate, error) {
	if d.permissions != permissionsConfigured {
		return d.dist.template, nil
	}
	return d.dist.template, frame.UsageErr(errNoConfigured)
}

var errNoConfigured = errors.New("not yet")
