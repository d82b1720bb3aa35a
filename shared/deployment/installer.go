package deployment

import "strings"

// Title starts the description of every stack of this system.
const Title = "EKS Scaling Automation"

// TagInstalledBy is the tag of a stack that `eks-scaling install` has deployed, with the value [InstalledByInstall]. Deploying the stack
// in another way removes it.
const (
	TagInstalledBy     = System + ":installed-by"
	InstalledByInstall = "install"
)

// ParameterCodeBucket is a parameter that only the released template has.
const ParameterCodeBucket = "CodeBucket"

// Installer says how a stack was deployed last.
type Installer int

// The ways to deploy a stack, the most common among old stacks first.
const (
	ByCDK      Installer = iota // make deploy
	ByInstall                   // eks-scaling install or upgrade
	ByTemplate                  // the released template, by Terraform or in the console
)

// InstallerOf returns how a stack was deployed, from its tags, and whether it has the parameters of the released template.
func InstallerOf(tags map[string]string, hasParameters bool) Installer {
	switch {
	case tags[TagInstalledBy] == InstalledByInstall:
		return ByInstall
	case hasParameters:
		return ByTemplate
	default:
		return ByCDK
	}
}

// signalParameters says what signals need in a stack of the released template, which knows no configuration.
const signalParameters = "signals need the parameters SignalAlarms, SignalParameters, SignalCalendars and SignalSecrets"

// redeployments maps each remedy of a stack that the CDK has deployed to the ones of a stack that install has deployed, and of one that
// was deployed from the template in another way.
func redeployments() map[string][2]string {
	return map[string][2]string{
		Redeploy: {"eks-scaling upgrade --revert-drift", "deploy the template again where you deployed it"},
		RedeployConfig: {
			"eks-scaling config export > my.yaml, then: eks-scaling upgrade --revert-drift --permissions configured --config my.yaml; or allow all node groups of the account with --permissions all; " + signalParameters,
			"set the parameter Permissions of the template to all, or to tag with a tag of these node groups; " + signalParameters,
		},
	}
}

// Redeployment words a remedy of this package for the way in which the stack was deployed.
func (s Stack) Redeployment(remedy string) string {
	if s.Installer == ByCDK {
		return remedy
	}
	for ofCDK, others := range redeployments() {
		remedy = strings.ReplaceAll(remedy, ofCDK, others[s.Installer-ByInstall])
	}
	return remedy
}

// Upgrade returns the command that deploys the version of this tool.
func (i Installer) Upgrade() string {
	switch i {
	case ByInstall:
		return "eks-scaling upgrade"
	case ByTemplate:
		return "its template, where you deployed it"
	case ByCDK:
	}
	return "make deploy"
}

// InRegion returns the deployment of a stack for the clusters of a region that has none, beside a stack that was deployed in this way.
func (i Installer) InRegion(region string) string {
	switch i {
	case ByInstall:
		return "eks-scaling install --region " + region + " --parameter RegionScope=" + OwnRegion + " with every other flag of the other regions"
	case ByTemplate:
		return "the template in " + region + ", with RegionScope=" + OwnRegion + " and every other parameter of the other regions"
	case ByCDK:
	}
	return "AWS_REGION=" + region + ` make deploy CONTEXT="-c region=` + OwnRegion + ` ..." with every other -c of the other regions`
}
