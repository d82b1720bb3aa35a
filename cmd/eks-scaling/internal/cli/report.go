package cli

import (
	"context"
	"fmt"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/page"
	"eks-scaling-automation/cmd/eks-scaling/internal/reportcmd"
	"eks-scaling-automation/cmd/eks-scaling/internal/savingscmd"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/savings"
)

// savingsOf has the verb savings compute what the verb report shows. Without all prices, it shows hours alone: a report must not fail for
// a price.
func savingsOf(ctx context.Context, s frame.Session, held inventory.Checked, q reportcmd.SavingsQuestion) (page.Savings, error) {
	found, problems, err := savingscmd.Make(ctx, s, held, savingscmd.Question{
		Units: q.Units, All: q.All, From: q.From, Until: q.Until, By: savings.ByDay, Prices: true,
	})
	if err != nil {
		return page.Savings{}, err
	}
	shown := page.Savings{}
	if len(problems) > 0 {
		found = found.WithoutMoney()
		shown.Problem = fmt.Sprintf("No money is shown, because %s no price. Set prices in the configuration; eks-scaling savings names the missing ones.",
			have(len(problems)))
	}
	shown.Total, shown.Net = found.Total, found.Net
	for _, row := range found.Items {
		shown.Days = append(shown.Days, page.SavedDay{Date: row.Day, Part: row.Total(), Ours: row.Ours().Saved()})
	}
	shown.Lines = found.Lines(q.Zone)
	return shown, nil
}

func have(nodegroups int) string {
	if nodegroups == 1 {
		return "1 node group has"
	}
	return english.Count(nodegroups, "node group") + " have"
}
