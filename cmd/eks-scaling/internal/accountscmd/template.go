package accountscmd

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/document"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/spoke"
)

// templateOptions holds the flags of accounts template.
type templateOptions struct {
	file, tag string
}

func newTemplate(env frame.Environment) *cobra.Command {
	var o templateOptions
	cmd := &cobra.Command{
		Use:   "template [--config FILE] [--tag KEY=VALUE]",
		Short: "Prints the CloudFormation template that connects an account",
		Long: `Prints the template of the stack ` + deployment.SpokeName + ` to stdout, and the commands that deploy it to stderr. Deploy it once in each
account, in one region, as IAM is global. The hub's account, its function roles and the external id are the defaults of its parameters.

The template allows the functions to scale the clusters of the configuration that have an account: deploy it again after you add
one. With --tag, it allows them to scale all clusters and node groups with a tag, and fits every account.

If each region has a stack of its own, the template lets in the functions of all of them.

Needs no permission in the other accounts. The configuration must have an external id; without one, the command says how to make it.`,
		Example: `  eks-scaling accounts template > spoke.json
  eks-scaling accounts template --config my.yaml > spoke.json
  eks-scaling accounts template --tag eks-scaling=true > spoke.json`,
		Args: frame.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := env.Open(cmd)
			if err != nil {
				return err
			}
			c, err := o.configuration(cmd, env, s)
			if err != nil {
				return frame.WithRemedy(err)
			}
			t := spoke.Of(c)
			t.Defaults.HubAccount = s.Stack.Account
			if t.Defaults.FunctionRoles, err = functionRoles(cmd, env, s.Stack, c); err != nil {
				return err
			}
			if t.TagKey, t.TagValue, err = o.readTag(); err != nil {
				return frame.Usage(cmd, err)
			}
			text, err := t.JSON()
			if err != nil {
				return err
			}
			sayCommands(cmd.ErrOrStderr(), s.Stack, t, len(text))
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	cmd.Flags().StringVar(&o.file, "config", "", `the configuration in this file ("-" for stdin), which need not be applied yet (default: the deployed one)`)
	cmd.Flags().StringVar(&o.tag, "tag", "", "select clusters and node groups by this tag, as KEY=VALUE (default: the configured clusters)")
	return cmd
}

// configuration reads the file, or else the deployed configuration.
func (o templateOptions) configuration(cmd *cobra.Command, env frame.Environment, s frame.Session) (config.Config, error) {
	if o.file != "" {
		c, _, err := document.Load(cmd, o.file, "no template was written", env, time.Time{})
		return c, err
	}
	held, err := s.ReadAll(cmd.Context())
	if err == nil && len(held.Invalid) > 0 {
		return config.Config{}, fmt.Errorf("%s: the template would lack its clusters%s", held.Invalid[0], frame.FixFirst(held.Invalid[0].Err))
	}
	return held.Config(), err
}

// functionRoles returns the roles that a spoke lets in. IAM has no regions, so a spoke serves the hubs of all regions, if each takes only
// the clusters of its own.
func functionRoles(cmd *cobra.Command, env frame.Environment, s deployment.Stack, c config.Config) ([]string, error) {
	if s.OnlyRegion == "" {
		return s.FunctionRoles, nil
	}
	var regions []string
	for _, cluster := range c.Clusters {
		regions = append(regions, cluster.Region)
	}
	hubs, err := env.OpenHubs(cmd, regions...)
	if err != nil {
		return nil, err
	}
	var roles []string
	for _, hub := range hubs {
		if hub.Err != nil {
			term.Say(cmd.ErrOrStderr(), "warning: the functions of the stack in %s are missing in the template, and will be refused: %s\n", hub.Region, frame.Sentence(hub.Err))
			continue
		}
		roles = append(roles, hub.Session.Stack.FunctionRoles...)
	}
	return roles, nil
}

func (o templateOptions) readTag() (key, value string, err error) {
	key, value, ok := strings.Cut(o.tag, "=")
	if o.tag != "" && (!ok || key == "" || value == "") {
		return "", "", fmt.Errorf("invalid --tag %q: use KEY=VALUE, such as eks-scaling=true", o.tag)
	}
	return key, value, nil
}

// maxBody is CloudFormation's limit for the text of a template in a call.
const maxBody = 51_200

// sayCommands says how to deploy a template, and what its parameters lack.
func sayCommands(out io.Writer, s deployment.Stack, t spoke.Template, size int) {
	sayMissing(out, s, t)
	overrides, sets := " --parameter-overrides", ""
	for _, p := range parametersOf(t) {
		value := p[1]
		if value == "" {
			value = "..."
			sets += " ParameterKey=" + p[0] + ",ParameterValue=..."
		}
		overrides += " " + p[0] + "=" + value
	}
	if sets != "" {
		sets = " --parameters" + sets
	}
	body, bucket := "--template-body file://spoke.json", ""
	if size > maxBody {
		body, bucket = "--template-url https://BUCKET.s3.amazonaws.com/spoke.json", " --s3-bucket BUCKET"
		term.Say(out, "The template has %d bytes, more than %d: CloudFormation reads it from a bucket of yours.\n", size, maxBody)
	}
	const createSet, createInstances = "aws cloudformation create-stack-set", "aws cloudformation create-stack-instances"
	term.Say(out, `Save the template as spoke.json. Deploy it in each account, with the credentials of the account:
  aws cloudformation deploy --stack-name %[1]s --template-file spoke.json --capabilities CAPABILITY_NAMED_IAM --region %[2]s%[3]s%[4]s
Or deploy it to all accounts as a stack set, in one region, as IAM is global:
  %[5]s --stack-set-name %[1]s %[6]s --capabilities CAPABILITY_NAMED_IAM%[7]s
  %[9]s --stack-set-name %[1]s --accounts %[8]s --regions %[2]s
Then: eks-scaling accounts
`, deployment.SpokeName, s.Region, bucket, overrides, createSet, body, sets, strings.Join(accountsOf(t), " "), createInstances)
}

// sayMissing warns about what the parameters of the template lack.
func sayMissing(out io.Writer, s deployment.Stack, t spoke.Template) {
	if len(t.Defaults.FunctionRoles) == 0 {
		term.Say(out, "warning: stack %s has no output %s: it is older than spokes. Deploy it again first: %s\n", s.Name, deployment.OutputFunctionRoles, s.Redeployment(deployment.Redeploy))
	}
	if n := t.TrustLength(); n > spoke.MaxTrust {
		term.Say(out, "warning: the trust policy has %d characters, as it names the functions of several stacks: first raise the IAM quota "+
			"\"Role trust policy length\" of each account, which is %d by default, to 4096\n", n, spoke.MaxTrust)
	}
	if t.Defaults.ExternalID == "" {
		term.Say(out, `warning: the configuration has no external id, which keeps others from using the spoke. Add a random one to its settings, then run this again:
  accounts: {externalId: %s}
`, reach.NewExternalID())
	}
}

// parametersOf returns the names of the parameters that the stack and the configuration know, with their values. A stack that exists
// keeps its parameters, so the command names them all.
func parametersOf(t spoke.Template) [][2]string {
	d := t.Defaults
	return [][2]string{{spoke.HubAccount, d.HubAccount}, {spoke.FunctionRoles, strings.Join(d.FunctionRoles, ",")}, {spoke.ExternalID, d.ExternalID}}
}

// accountsOf returns the accounts of a template's clusters, or a placeholder.
func accountsOf(t spoke.Template) []string {
	ids := map[string]bool{}
	for _, c := range t.Clusters {
		ids[c.Account] = true
	}
	if len(ids) == 0 {
		return []string{"ACCOUNT"}
	}
	return slices.Sorted(maps.Keys(ids))
}
