package savingscmd

import (
	"context"
	"slices"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/pricelist"
	"eks-scaling-automation/shared/aws/ledger"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/savings"
)

// Question says what a report is about.
type Question struct {
	// Units are the names of the units; All means that they are every unit of the stack.
	Units       []string
	All         bool
	From, Until time.Time
	By          savings.By
	// Prices asks for money.
	Prices bool
}

// Report is the savings of an interval.
type Report struct {
	From  time.Time     `json:"from"`
	Until time.Time     `json:"until"`
	By    savings.By    `json:"by"`
	Items []savings.Row `json:"items"`
	Total savings.Hours `json:"total"`
	// Nodegroups has what each node group is compared with, and its price.
	Nodegroups []Priced `json:"nodegroups"`
	// Usage is what the runs of the whole stack took, Cost their price at list price. They are missing if the report is about a part.
	Usage *savings.Usage `json:"usage,omitempty"`
	Cost  *savings.USD   `json:"costUsd,omitempty"`
	// Net is what eks-scaling saved less its own cost.
	Net *savings.Range `json:"netUsd,omitempty"`
	// Gaps are the intervals without records.
	Gaps []savings.Gap `json:"gaps,omitempty"`
	// EveryRun is n if only every n-th run's readings were read; 1 is every run.
	EveryRun int `json:"everyRun"`
	// Unpriced lists the node groups without a list price.
	Unpriced []string `json:"unpriced,omitempty"`
}

// Priced is a node group with its baseline and price.
type Priced struct {
	Cluster   string            `json:"cluster"`
	Schedule  string            `json:"schedule,omitempty"`
	Nodegroup string            `json:"nodegroup"`
	Removed   bool              `json:"removed,omitempty"`
	Baseline  *savings.Baseline `json:"baseline,omitempty"`
	Rate      *savings.Rate     `json:"price,omitempty"`
}

// Make reads the records and the prices, and computes the report. Problems are the node groups whose price is missing.
func Make(ctx context.Context, s frame.Session, held inventory.Checked, q Question) (r Report, problems []string, err error) {
	units := unitsOf(held, q.Units)
	done := s.Progress("reading the records")
	asked := ledger.Question{Units: units, From: q.From, Until: q.Until}
	if q.All {
		asked.Removed = held.IsRemoved
	}
	book, err := ledger.Read(ctx, s.Logs, asked)
	done()
	if err != nil {
		return r, nil, err
	}
	if q.Prices {
		done := s.Progress("reading the prices")
		pricelist.Of(s, held.Global).Fill(ctx, units, book.Nodegroups)
		done()
	}
	return reportOf(s, book, q)
}

// reportOf computes the report.
func reportOf(s frame.Session, book ledger.Book, q Question) (r Report, problems []string, err error) {
	r = Report{From: q.From.UTC(), Until: q.Until.UTC(), By: q.By, Gaps: book.Gaps, EveryRun: book.Every, Items: []savings.Row{}, Nodegroups: []Priced{}}
	rows, total := savings.Rows(book.Nodegroups, q.From, q.Until, q.By)
	r.Items, r.Total = append(r.Items, rows...), total
	for _, n := range book.Nodegroups {
		p := Priced{Cluster: n.Cluster, Schedule: n.Schedule, Nodegroup: n.Name, Removed: n.Removed, Baseline: n.Baseline}
		if q.Prices {
			p.Rate = &n.Rate
		}
		r.Nodegroups = append(r.Nodegroups, p)
	}
	if q.Prices {
		problems, r.Unpriced = pricelist.Missing(book.Nodegroups, q.From, q.Until)
	}
	if !q.All {
		return r, problems, nil
	}
	r.Usage = &book.Usage
	if q.Prices {
		r.Cost = new(r.Usage.Cost(s.Stack.Region))
		var saved savings.Range
		if value := total.Ours().Value; value != nil {
			saved = *value
		}
		r.Net = new(saved.Minus(*r.Cost))
	}
	return r, problems, nil
}

// unitsOf returns the named units that are valid.
func unitsOf(held inventory.Checked, names []string) (units []config.Unit) {
	for _, e := range held.Clusters {
		for _, unit := range held.ClusterByName[e.Name].Units() {
			if slices.Contains(names, unit.Name) {
				units = append(units, unit)
			}
		}
	}
	return units
}
