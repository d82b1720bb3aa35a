package reach

import (
	"fmt"

	"github.com/spf13/cobra"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

// More names accounts and regions to look into in addition to the configured ones.
type More struct{ Accounts, Regions []string }

// AddFlags adds --account and --in-region.
func (m *More) AddFlags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&m.Accounts, "account", nil, "look into these accounts too")
	cmd.Flags().StringSliceVar(&m.Regions, "in-region", nil, "look into these regions of all accounts too")
}

// Check refuses invalid accounts and regions.
func (m *More) Check(cmd *cobra.Command) error {
	for _, id := range m.Accounts {
		if !account.IsID(id) {
			return frame.Usage(cmd, fmt.Errorf("--account: invalid account %q: use 12 digits, such as 210987654321", id))
		}
	}
	for _, region := range m.Regions {
		if err := config.CheckRegion(region); err != nil {
			return frame.Usage(cmd, fmt.Errorf("--in-region: %w", err))
		}
	}
	return nil
}

// CheckPartition refuses regions that the stack cannot reach: no role reaches from one partition into another.
func (m *More) CheckPartition(cmd *cobra.Command, s deployment.Stack) error {
	own := account.Partition(s.Region)
	for _, region := range m.Regions {
		if other := account.Partition(region); other != own {
			return frame.Usage(cmd, fmt.Errorf("--in-region: %s is in partition %s, but the stack is in %s", region, other, own))
		}
	}
	return nil
}
