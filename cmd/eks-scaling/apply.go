package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
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
otherwise the command ends with exit code 4. Clusters, calendars and overrides that are in the table but not in FILE are
left as they are, unless --prune is given.`,
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
			wanted, findings := readDocument(ctx, args[0], env, env.now())
			if err := usable(args[0], "nothing was written", findings); err != nil {
				return err
			}
			for _, f := range findings {
				_, _ = fmt.Fprintln(cmd.ErrOrStderr(), f)
			}
			client, err := openAWS(ctx)
			if err != nil {
				return err
			}
			table := tables.NewConfig(dynamodb.NewFromConfig(client), opts.table)
			return withRemedy(opts.apply(ctx, cmd.OutOrStdout(), table, wanted, env))
		},
	}
	cmd.Flags().StringVar(&opts.table, "table", tables.ConfigTableName, "name of the config table")
	cmd.Flags().StringVar(&opts.by, "by", env.user, "who makes the change, for the record")
	cmd.Flags().BoolVar(&opts.prune, "prune", false, "remove clusters, calendars and overrides that are not in FILE")
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

// withRemedy puts what to do behind the errors that a new user meets.
func withRemedy(err error) error {
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
	Read(ctx context.Context) (tables.Snapshot, error)
	Put(ctx context.Context, e tables.Entity) (tables.Entity, error)
	Delete(ctx context.Context, e tables.Entity) error
}

// apply makes the table hold what is wanted. What is referred to is written before what refers to it, and the switch and
// the zone last, so that a new cluster is there before anything is switched on; a cluster that is half-way written does
// not exist, as each is one item.
func (o applyOptions) apply(ctx context.Context, out io.Writer, table store, wanted config.Config, env environment) error {
	stored, err := table.Read(ctx)
	if err != nil {
		return err
	}
	changes, err := compare(stored, o.stamped(wanted, stored, env.now()), env.now())
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

// stamped gives each override that does not say it who created it and when: now, in the order of the file, so that the one
// further down counts as created later. One that is in the table already keeps what stands there.
func (o applyOptions) stamped(wanted config.Config, stored tables.Snapshot, now time.Time) config.Config {
	known := map[string]tables.Entity{}
	for _, e := range stored.Overrides {
		known[e.Name] = e
	}
	overrides := slices.Clone(wanted.Overrides)
	for i := range overrides {
		var before struct {
			CreatedBy string    `json:"createdBy"`
			CreatedAt time.Time `json:"createdAt"`
		}
		_ = json.Unmarshal(known[overrides[i].Name].Spec, &before) // what a person has broken by hand is stamped anew
		fresh := now.UTC().Truncate(time.Second).Add(time.Duration(i) * time.Millisecond)
		overrides[i].CreatedBy = cmp.Or(overrides[i].CreatedBy, before.CreatedBy, o.by)
		overrides[i].CreatedAt = cmp.Or(overrides[i].CreatedAt, before.CreatedAt, fresh)
	}
	wanted.Overrides = overrides
	return wanted
}
