package installcmd

import (
	"fmt"
	"os"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/permissions"
)

// withPermissions returns the template with permissions on exactly the node groups of --config, or as it is.
func (d *deployer) withPermissions() (releasedTemplate, error) {
	if d.permissions != permissionsConfigured {
		return d.dist.template, nil
	}
	c, err := readConfiguration(d.configFile)
	if err != nil {
		return releasedTemplate{}, err
	}
	text, err := permissions.Rewrite(d.dist.template.text, c.Clusters)
	if err != nil {
		return releasedTemplate{}, fmt.Errorf("--config %s: %w", d.configFile, err)
	}
	return parseTemplate(text)
}

// readConfiguration reads the file that determines the permissions. It skips the calendars' files: permissions do not depend on dates.
func readConfiguration(path string) (config.Config, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the file that the caller names
	if err != nil {
		return config.Config{}, frame.UsageErr(fmt.Errorf("--config: %w", err))
	}
	noDates := func(config.Feed) (config.FeedDates, error) { return config.FeedDates{}, nil }
	c, findings := config.Reading{Calendar: noDates}.Parse(data)
	if err := config.Usable(findings); err != nil {
		return config.Config{}, fmt.Errorf("--config %s is invalid: %w", path, err)
	}
	return c, nil
}
