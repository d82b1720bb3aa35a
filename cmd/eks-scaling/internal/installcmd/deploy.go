package installcmd

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/release"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/deployment"
)

// Report is the answer of install and upgrade for machines.
type Report struct {
	Stack   string `json:"stack"`
	Region  string `json:"region"`
	Account string `json:"account"`
	// Version is deployed, or would be; Before was deployed before.
	Version string   `json:"version"`
	Before  string   `json:"before,omitempty"`
	Bucket  string   `json:"bucket"`
	Prefix  string   `json:"prefix"`
	DryRun  bool     `json:"dryRun,omitempty"`
	Changes []Change `json:"changes"`
	// Status is CloudFormation's afterwards; empty if nothing was deployed.
	Status string `json:"status,omitempty"`
}

// takesTables reports whether the stack gets the tables that an earlier one has left.
func (r Report) takesTables() bool {
	return slices.ContainsFunc(r.Changes, func(c Change) bool { return c.Action == actionImport && c.Type == "AWS::DynamoDB::Table" })
}

// options are the flags of install and upgrade.
type options struct {
	settings
	from, bucket, prefix string
	dryRun, yes          bool
	revertDrift          bool // for an upgrade
}

func (o *options) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.from, "from", "", "folder with the files of a release (default: those in this tool)")
	cmd.Flags().StringVar(&o.bucket, "bucket", "", "S3 bucket for the code of the functions (default: the stack's, or eks-scaling-code-ACCOUNT-REGION)")
	cmd.Flags().StringVar(&o.prefix, "prefix", "", "prefix of the code in the bucket (default: eks-scaling/VERSION)")
	o.settings.addFlags(cmd)
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "show what would change and deploy nothing")
	frame.AddYesFlag(cmd, &o.yes)
}

// deployer deploys a distribution to a stack.
type deployer struct {
	options
	cmd  *cobra.Command
	env  frame.Environment
	verb string

	dist     distribution
	template releasedTemplate // with the permissions that are wanted
	cfg      aws.Config
	api      *cloudformation.Client
	stack    stackName
	now      current // the stack as it is
	bucket   bucket
	kept     map[string]string // parameters that a stack keeps that is taken over
	report   Report
}

// open reads the distribution, and looks at the account and the stack.
func (d *deployer) open(ctx context.Context) (err error) {
	if d.dist, err = d.distribution(); err != nil {
		return err
	}
	if _, err := d.given(d.dist.template); err != nil { // before AWS is asked
		return frame.Usage(d.cmd, err)
	}
	if d.template, err = d.withPermissions(); err != nil {
		return err
	}
	if !d.yes && !d.dryRun && !d.env.Interactive { // before anything is made
		return frame.Confirm(d.cmd, d.env, false, "")
	}
	if d.cfg, err = frame.OpenAWS(ctx, *d.env.Place); err != nil {
		return err
	}
	who, err := sts.NewFromConfig(d.cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("asking AWS who calls: %w", err)
	}
	d.api = openFormation(d.cfg)
	d.stack = stackName{d.env.Place.Stack, d.cfg.Region}
	d.report = Report{
		Stack: d.stack.name, Region: d.stack.region, Account: aws.ToString(who.Account), Version: d.dist.version(), DryRun: d.dryRun, Changes: []Change{},
	}
	d.now, err = findStack(ctx, d.api, d.stack.name)
	d.report.Before = d.now.version
	return err
}

// distribution reads what is deployed.
func (d *deployer) distribution() (distribution, error) {
	if d.from != "" {
		return openFolder(d.from)
	}
	if files, released := release.Files(); released {
		return readDistribution(files)
	}
	return distribution{}, frame.Usage(d.cmd, errors.New("this build of the tool has no files to deploy: use --from DIR, the folder that make dist writes, or the tool of a release"))
}

// deploy shows what changes, asks, and deploys. Before the answer it writes only the template and the change set, and takes them back if
// nothing is deployed.
func (d *deployer) deploy(ctx context.Context, kind types.ChangeSetType) (err error) {
	made, err := d.openBucket(ctx)
	if err != nil {
		return err
	}
	place, err := d.bucket.locate(ctx, d.dist, d.codePrefix())
	if err != nil {
		return errors.Join(err, d.clean(ctx, made, nil))
	}
	d.report.Bucket, d.report.Prefix = d.bucket.name, place.prefix
	set, templates, err := d.plan(ctx, kind, place)
	if err == nil {
		err = d.offer(ctx, set, kind)
	}
	switch {
	case errors.Is(err, errUnchanged):
		term.Say(d.env.Told, "Stack %s is up to date (%s).\n", d.stack.name, known(d.dist.version()))
		return d.clean(ctx, made, templates)
	case errors.Is(err, errDryRun):
		term.SayLine(d.env.Told, "Dry run: nothing was deployed.")
		return d.clean(ctx, made, templates)
	case err != nil:
		return errors.Join(err, d.clean(ctx, made, templates))
	}
	return d.execute(ctx, set, kind, place)
}

// openBucket finds or creates the bucket, and reports whether it created it.
func (d *deployer) openBucket(ctx context.Context) (made bool, err error) {
	d.bucket = openBucket(d.cfg, d.report.Account, cmp.Or(d.options.bucket, d.now.parameters[parameterBucket]))
	found, err := d.bucket.find(ctx)
	if err != nil || found {
		return false, err
	}
	if err := d.bucket.create(ctx); err != nil {
		return false, err
	}
	term.Say(d.env.Told, "Created bucket %s for the code of the functions.\n", d.bucket.name)
	return true, nil
}

func (d *deployer) codePrefix() string {
	return strings.Trim(cmp.Or(d.prefix, codePrefix+d.dist.version()), "/")
}

// clean takes back what was made for a deployment that did not happen.
func (d *deployer) clean(ctx context.Context, bucketMade bool, templates []string) error {
	ctx = context.WithoutCancel(ctx) // an interrupted command cleans up too
	err := d.bucket.remove(ctx, templates)
	if err == nil && bucketMade {
		var gone bool
		if gone, err = d.bucket.delete(ctx); gone {
			term.Say(d.env.Told, "Deleted bucket %s again.\n", d.bucket.name)
		}
	}
	if err != nil {
		return fmt.Errorf("cleaning up: %w", err)
	}
	return nil
}

// plan uploads the template and creates the change set. Log groups that a former stack has left are taken into this one: for that, the
// template must retain them.
func (d *deployer) plan(ctx context.Context, kind types.ChangeSetType, place code) (set changeSet, keys []string, err error) {
	defer term.Progress(d.cmd.ErrOrStderr(), d.env.StderrIsTerminal, "computing what changes")()
	t := d.template
	for range 2 {
		var key string
		if set, key, err = d.createSet(ctx, kind, place, t); key != "" {
			keys = append(keys, key)
		}
		existing, exist := errors.AsType[existingError](err)
		if !exist {
			break
		}
		if taken := slices.DeleteFunc(slices.Clone(existing.ids), func(id string) bool { return t.Resources[id].Type == "AWS::Logs::LogGroup" }); len(taken) > 0 {
			return set, keys, frame.Taken(fmt.Errorf("these names are taken by resources that belong to no stack: %s; delete or rename them, and run %s again", d.named(taken), d.verb))
		}
		if t, err = t.retaining(existing.ids); err != nil {
			return set, keys, err
		}
	}
	return set, keys, err
}

// named lists resources of the template with their types.
func (d *deployer) named(ids []string) string {
	var all []string
	for _, id := range ids {
		all = append(all, id+" ("+d.dist.template.Resources[id].Type+")")
	}
	return strings.Join(all, ", ")
}

// createSet uploads a template and creates a change set of it.
func (d *deployer) createSet(ctx context.Context, kind types.ChangeSetType, place code, t releasedTemplate) (set changeSet, key string, err error) {
	given, err := d.given(t)
	if err != nil {
		return set, "", err
	}
	maps.Copy(given, d.kept)
	given[parameterBucket], given[parameterPrefix] = d.bucket.name, place.prefix
	parameters, err := merge(t, given, slices.Collect(maps.Keys(d.now.parameters)))
	if err != nil {
		return set, "", frame.Usage(d.cmd, err)
	}
	sum := sha256.Sum256(t.text)
	key = fmt.Sprintf("%s/template-%x.json", place.prefix, sum[:4])
	if err := d.bucket.put(ctx, key, t.text, base64.StdEncoding.EncodeToString(sum[:])); err != nil {
		return set, "", err
	}
	suffix := "amazonaws.com"
	if account.Partition(d.stack.region) == "aws-cn" {
		suffix += ".cn"
	}
	set, err = createChangeSet(ctx, d.api, request{
		stack: d.stack, kind: kind, templateURL: d.bucket.templateURL(key, suffix), parameters: parameters, tags: d.tags(), revertDrift: d.revertDrift,
	})
	return set, key, err
}

// tags identify the build, and how the stack was deployed.
func (d *deployer) tags() map[string]string {
	tags := map[string]string{
		"application": deployment.System, deployment.TagInstalledBy: deployment.InstalledByInstall, deployment.TagVersion: d.dist.version(),
	}
	if b := deployment.ThisBuild(); b.Version == d.dist.version() {
		tags[deployment.TagCommit], tags[deployment.TagDate] = b.Commit, b.Date
	}
	return tags
}

// errDryRun ends a deployment that is only shown.
var errDryRun = errors.New("dry run")

// offer shows what changes, and asks. Without a yes the change set is deleted.
func (d *deployer) offer(ctx context.Context, set changeSet, kind types.ChangeSetType) error {
	sortChanges(set.changes)
	d.report.Changes = append(d.report.Changes, set.changes...)
	printChanges(d.env.Told, d.env.Width, d.env.Color(), set.changes)
	term.Say(d.env.Told, "Plan: %s.\n", counts(set.changes))
	if d.report.takesTables() {
		term.SayLine(d.env.Told, "The tables of an earlier stack are taken over: its configuration becomes active again.")
	}
	err := errDryRun
	if !d.dryRun {
		err = frame.Confirm(d.cmd, d.env, d.yes, "Deploy these changes to stack "+d.stack.name+" in "+d.stack.region+"?")
	}
	if err != nil {
		if left := set.discard(context.WithoutCancel(ctx), d.api, kind); left != nil {
			return errors.Join(err, left)
		}
	}
	return err
}

// execute uploads the code and deploys the change set.
func (d *deployer) execute(ctx context.Context, set changeSet, kind types.ChangeSetType, place code) error {
	if err := d.bucket.upload(ctx, d.env.Told, place); err != nil {
		return errors.Join(err, set.discard(context.WithoutCancel(ctx), d.api, kind))
	}
	token := "eks-scaling-" + set.id[strings.LastIndex(set.id, "/")+1:]
	if err := set.execute(ctx, d.api, d.stack, token); err != nil {
		return errors.Join(frame.WithRemedy(err), set.discard(context.WithoutCancel(ctx), d.api, kind))
	}
	term.Say(d.env.Told, "Deploying stack %s ...\n", d.stack.name)
	var err error
	d.report.Status, err = operation{d.api, d.stack, set.stackID, token, d.verb}.follow(ctx, d.env.Told)
	return err
}

// tell says what is deployed now, and what comes next.
func (d *deployer) tell(out io.Writer) {
	if d.report.Status == "" {
		return
	}
	term.Say(out, "Stack %s in %s is %s.\n", d.stack.name, d.stack.region, known(d.dist.version()))
	if d.email != "" {
		term.Say(out, "Alerts: %s receives a mail from AWS; confirm the subscription in it.\n", d.email)
	}
	switch {
	case d.report.takesTables():
		term.SayLine(out, "Next, check the configuration of the earlier stack with: eks-scaling config show")
	case !d.now.exists():
		term.SayLine(out, "Next, write a configuration with: eks-scaling init")
	}
}
