package previewcmd

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// configSource selects the configuration of explain and preview: the deployed one, or a file.
type configSource struct {
	frame.Output
	document frame.DocumentArgument
	config   string // the same as the document
	file     string // set by checkCall; empty for the deployed configuration
	of       filter.Filter
	all      bool // every unit, however many there are
	regions  bool // of all hubs
}

func (v *configSource) addFlags(cmd *cobra.Command) {
	v.document.Optional = true
	v.document.AddFlag(cmd)
	cmd.Flags().Lookup("file").Usage = `the configuration in this file ("-" for stdin), without AWS (default: the deployed one)`
	cmd.Flags().StringVar(&v.config, "config", "", "the same as --file")
	v.of.AddFlags(cmd)
	cmd.Flags().BoolVar(&v.all, "all", false, "show every unit, however many there are")
	v.AddFlag(cmd)
	frame.AddAllRegionsFlag(cmd, &v.regions, frame.LooksAtAllRegions)
}

// checkCall refuses arguments, two file names, an empty one and an unknown output.
func (v *configSource) checkCall(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return frame.Usage(cmd, fmt.Errorf("unexpected argument %q: use -f FILE for a configuration's file, or --cluster CLUSTER", args[0]))
	}
	if cmd.Flags().Changed("config") {
		args = []string{v.config}
	}
	if err := v.document.Args(cmd, args); err != nil {
		return err
	}
	v.file = v.document.Name(args)
	if v.regions && v.file != "" {
		return frame.Usage(cmd, errors.New("--all-regions is for the deployed configuration: a file has the clusters of all regions"))
	}
	return v.Check(cmd)
}

// loadedConfig holds at least one unit, each with its overrides.
type loadedConfig struct {
	config.Settings
	units    []config.Unit
	all      bool   // show every unit
	from     string // the file, or the table
	now      time.Time
	findings error                               // ErrFindings if other items are invalid, which has been printed
	session  *frame.Session                      // nil for a file
	took     map[string]map[string]time.Duration // of the last scale-ups, by cluster and node group
	facts    map[string]health.ConditionFacts    // by unit; none for a file
	given    map[string]string                   // the values of --signal, by signal
}

// read reads the configuration and selects the named clusters, or all.
func (v *configSource) read(cmd *cobra.Command, env frame.Environment) (loadedConfig, error) {
	if v.file != "" {
		return v.readFile(cmd, env)
	}
	return v.readDeployed(cmd, env)
}

func (v *configSource) readFile(cmd *cobra.Command, env frame.Environment) (loadedConfig, error) {
	read := loadedConfig{from: frame.DocumentName(v.file), now: env.Now(), all: v.all}
	c, _, err := document.Load(cmd, v.file, "nothing was shown", env, time.Time{})
	if err != nil {
		return read, err
	}
	names, err := v.of.Units(filter.Of(c.Units()), read.from)
	if err != nil {
		return read, err
	}
	// An override that does not say when it was created counts as created when it is applied, which may be now.
	c = inventory.Snapshot{}.Stamp(c, "", read.now)
	read.Settings = c.Settings
	for _, unit := range c.Units() {
		if slices.Contains(names, unit.Name) {
			read.units = append(read.units, unit.WithOverrides(c.Overrides))
		}
	}
	return read, nil
}

// readDeployed notes invalid items, and leaves them out.
func (v *configSource) readDeployed(cmd *cobra.Command, env frame.Environment) (loadedConfig, error) {
	s, held, names, err := v.of.Open(cmd, env)
	isEmpty := s.Config != nil && len(held.Clusters)+len(held.Elsewhere()) == 0
	if err != nil && (!isEmpty || frame.ExitCode(err) != frame.ExitNotFound) {
		return loadedConfig{}, err
	}
	return v.selected(s, held, names)
}

// selected selects the named units of the deployed configuration.
func (v *configSource) selected(s frame.Session, held inventory.Checked, names []string) (loadedConfig, error) {
	read := loadedConfig{from: "table " + s.Stack.ConfigTable, now: s.Now, Settings: held.Global, session: &s, all: v.all}
	if len(held.Clusters) == 0 {
		return read, frame.NotFound(fmt.Errorf("%s has no cluster yet; begin with: eks-scaling init, or show a file with -f FILE", read.from))
	}
	read.findings = frame.Remarks(&held, s.Notes)
	for _, e := range held.Clusters {
		for _, unit := range held.ClusterByName[e.Name].Units() {
			if slices.Contains(names, unit.Name) {
				read.units = append(read.units, unit)
			}
		}
	}
	if len(read.units) == 0 {
		return read, cmp.Or(read.findings, frame.ErrFindings)
	}
	return read, nil
}
