package previewcmd

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
)

// configSource selects the configuration of explain and preview: the deployed one, or a file.
type configSource struct {
	frame.Output
	document frame.DocumentArgument
	config   string // the same as the document
	file     string // set by checkCall; empty for the deployed configuration
	clusters []string
}

func (v *configSource) addFlags(cmd *cobra.Command) {
	v.document.Optional = true
	v.document.AddFlag(cmd)
	cmd.Flags().Lookup("file").Usage = `the configuration in this file ("-" for stdin), without AWS (default: the deployed one)`
	cmd.Flags().StringVar(&v.config, "config", "", "the same as --file")
	cmd.Flags().StringArrayVar(&v.clusters, "cluster", nil, "only this cluster; may be repeated (default: all)")
	v.AddFlag(cmd)
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
	return v.Check(cmd)
}

// loadedConfig is a configuration with at least one cluster, each with its overrides.
type loadedConfig struct {
	config.Config
	from     string // the file, or the table
	now      time.Time
	findings error // ErrFindings if other items are invalid, which has been printed
}

// read reads the configuration and selects the named clusters, or all.
func (v *configSource) read(cmd *cobra.Command, env frame.Environment) (loadedConfig, error) {
	if v.file != "" {
		return v.readFile(cmd, env)
	}
	return v.readDeployed(cmd, env)
}

func (v *configSource) readFile(cmd *cobra.Command, env frame.Environment) (loadedConfig, error) {
	read := loadedConfig{from: frame.DocumentName(v.file), now: env.Now()}
	c, _, err := document.Load(cmd, v.file, "nothing was shown", env, time.Time{})
	if err != nil {
		return read, err
	}
	var names []string
	for _, cluster := range c.Clusters {
		names = append(names, cluster.Name)
	}
	for _, wanted := range v.clusters {
		if !slices.Contains(names, wanted) {
			return read, frame.NotFound(fmt.Errorf("unknown cluster %q in %s; known: %s%s", wanted, read.from, english.OrNone(names), english.DidYouMean(wanted, names)))
		}
	}
	// An override that does not say when it was created counts as created when it is applied, which may be now.
	c = inventory.Snapshot{}.Stamp(c, "", read.now)
	for i, cluster := range c.Clusters {
		c.Clusters[i] = cluster.WithOverrides(c.Overrides)
	}
	c.Clusters = slices.DeleteFunc(c.Clusters, func(cluster config.Cluster) bool { return !v.isWanted(cluster.Name) })
	read.Config = c
	return read, nil
}

func (v *configSource) isWanted(cluster string) bool {
	return len(v.clusters) == 0 || slices.Contains(v.clusters, cluster)
}

// readDeployed notes invalid items, and leaves them out.
func (v *configSource) readDeployed(cmd *cobra.Command, env frame.Environment) (loadedConfig, error) {
	s, held, err := env.OpenAndRead(cmd)
	if err != nil {
		return loadedConfig{}, err
	}
	read := loadedConfig{from: "table " + s.Stack.ConfigTable, now: s.Now, Config: config.Config{Settings: held.Global}}
	if len(held.Clusters) == 0 {
		return read, frame.NotFound(fmt.Errorf("%s has no cluster yet; begin with: eks-scaling init, or show a file with -f FILE", read.from))
	}
	for _, wanted := range v.clusters {
		if _, err := held.FindCluster(wanted); err != nil {
			return read, err
		}
	}
	read.findings = frame.Remarks(&held, s.Notes)
	for _, e := range held.Clusters {
		if cluster, usable := held.ClusterByName[e.Name]; usable && v.isWanted(e.Name) {
			read.Clusters = append(read.Clusters, cluster)
		}
	}
	if len(read.Clusters) == 0 {
		return read, cmp.Or(read.findings, frame.ErrFindings)
	}
	return read, nil
}
