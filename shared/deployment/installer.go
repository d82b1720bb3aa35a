package deployment

// Title starts the description of every stack of this system.
const Title = "EKS Scaling Automation"

// TagInstalledBy is the tag of a stack that `eks-scaling install` has deployed, with the value [InstalledByInstall]. Deploying the stack
// in another way removes it.
const (
	TagInstalledBy     = System + ":installed-by"
	InstalledByInstall = "install"
)

// Installer says how a stack was deployed last.
type Installer int

// The ways to deploy a stack.
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
