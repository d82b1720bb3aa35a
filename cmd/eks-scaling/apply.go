package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithy "github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/tables"
)

// callTimeout bounds everything that a command does against AWS.
const callTimeout = time.Minute

func newConfigApply(env environment) *cobra.Command {
	var opts applyOptions
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Checks a configuration, shows what changes, and writes it",
		Long: `Checks the configuration in FILE, shows what changes against the config table, and writes it.

Nothing is written unless all of FILE is valid. Each entity is written only if nobody has changed it since it was read;
otherwise the command ends with exit code 4. Clusters that are in the table but not in FILE are left as they are,
unless --prune is given.`,
		Example: `  eks-scaling config apply examples/sao-paulo.yaml
  eks-scaling config apply --dry-run examples/sao-paulo.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(cmd, fmt.Errorf("found %d arguments; want one, the configuration's file", len(args)))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), callTimeout)
			defer cancel()
			wanted, err := readConfig(args[0])
			if err != nil {
				return err
			}
			client, err := openAWS(ctx)
			if err != nil {
				return err
			}
			table := tables.NewConfig(dynamodb.NewFromConfig(client), opts.table)
			return explain(opts.apply(ctx, cmd.OutOrStdout(), table, wanted, env))
		},
	}
	cmd.Flags().StringVar(&opts.table, "table", tables.ConfigTableName, "name of the config table")
	cmd.Flags().StringVar(&opts.by, "by", env.user, "who makes the change, for the record")
	cmd.Flags().BoolVar(&opts.prune, "prune", false, "remove clusters that are not in FILE")
	cmd.Flags().BoolVar(&opts.dryRun, "dry-run", false, "show what would change and write nothing")
	return cmd
}

// openAWS finds the region and the credentials, or says in a sentence how to give them.
func openAWS(ctx context.Context) (aws.Config, error) {
	cfg, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return cfg, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	if cfg.Region == "" {
		return cfg, errors.New("no AWS region; set AWS_REGION, or AWS_PROFILE to a profile that has one")
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return cfg, fmt.Errorf("no AWS credentials; log in, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (%w)", err)
	}
	return cfg, nil
}

// readConfig reads a file; every problem is named with its place in it.
func readConfig(file string) (config.Config, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return config.Config{}, err
	}
	c, err := config.Parse(data)
	if invalid, ok := errors.AsType[*config.Invalid](err); ok {
		lines := []string{file + " is not valid; nothing was written"}
		for _, p := range invalid.Problems {
			lines = append(lines, fmt.Sprintf("%s:%d:%d: %s", file, p.Line, p.Column, p))
		}
		return c, errors.New(strings.Join(lines, "\n  "))
	}
	return c, err
}

// explain puts what to do behind the errors that a new user meets.
func explain(err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok && api.ErrorCode() == "ResourceNotFoundException" {
		return fmt.Errorf("%w; deploy the stack first, or name the table and the region: --table, AWS_REGION", err)
	}
	return err
}

type applyOptions struct {
	table, by     string
	prune, dryRun bool
}

// store is the config table.
type store interface {
	Settings(ctx context.Context) (tables.Entity, bool, error)
	Clusters(ctx context.Context) ([]tables.Entity, error)
	Put(ctx context.Context, e tables.Entity) (tables.Entity, error)
	Delete(ctx context.Context, e tables.Entity) error
}

// apply makes the table hold what is wanted. The switch and the zone are written last, so that a new cluster is there
// before anything is switched on; a cluster that is half-way written does not exist, as each is one item.
func (o applyOptions) apply(ctx context.Context, out io.Writer, table store, wanted config.Config, env environment) error {
	current, err := readTable(ctx, table)
	if err != nil {
		return err
	}
	changes, err := compare(current, wanted)
	if err != nil {
		return err
	}
	written := 0
	for _, change := range changes {
		if change.gone && !o.prune {
			_, _ = fmt.Fprintf(out, "%s %s: not in the file, left as it is (--prune removes it)\n", change.after.Kind, change.after.Name)
			continue
		}
		change.print(out)
		if o.dryRun || !change.needed() {
			continue
		}
		if err := o.write(ctx, table, change, env); err != nil {
			return fmt.Errorf("%w; written before that: %d of %d entities", err, written, len(changes))
		}
		written++
	}
	switch {
	case o.dryRun:
		_, _ = fmt.Fprintln(out, "dry run: nothing was written")
	default:
		_, _ = fmt.Fprintf(out, "%d written to table %s\n", written, o.table)
	}
	return nil
}

func (o applyOptions) write(ctx context.Context, table store, change change, env environment) error {
	if change.gone {
		return table.Delete(ctx, change.after)
	}
	e := change.after
	e.UpdatedAt, e.UpdatedBy = env.now().UTC().Truncate(time.Second), o.by
	_, err := table.Put(ctx, e)
	return err
}
