package world

import (
	"maps"
	"strings"

	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/spoke"
)

// DeploySpoke deploys a spoke into an account, with these parameters. By default it trusts the functions of all hubs that run. IAM has
// no regions, so one spoke serves all regions of the account.
func (w *World) DeploySpoke(account string, t spoke.Template, parameters map[string]string) error {
	text, err := t.JSON()
	if err != nil {
		return err
	}
	given := map[string]string{spoke.HubAccount: Account, spoke.FunctionRoles: w.functionRoles()}
	maps.Copy(given, parameters)
	deployed, err := template.Read(text, template.Place{Stack: deployment.SpokeName, Region: w.Region, Account: account, Parameters: given})
	if err != nil {
		return err
	}
	for _, role := range deployed.Roles {
		w.Roles.Put(role)
	}
	return nil
}

// functionRoles returns the ARNs of the roles of all hubs that call EKS.
func (w *World) functionRoles() string {
	var all []string
	for _, hub := range w.fleet.all() {
		for _, o := range hub.Template.Outputs {
			if o.Key == deployment.OutputFunctionRoles {
				all = append(all, o.Value)
			}
		}
	}
	return strings.Join(all, ",")
}
