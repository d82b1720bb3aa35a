package explore

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// world holds the numbers of DynamoDB's and EKS's states, and the clock in seconds since the start.
type world struct{ db, eks, clock int32 }

// record is the logs table with the unit's item.
type record struct {
	db   *memdb.DB
	unit claim.Unit
}

func (x *exploration) instant(clock int32) time.Time {
	return x.setup.Start.Add(time.Duration(clock) * time.Second)
}

func (x *exploration) addDB(db *memdb.DB) int32 {
	id := x.dbs.add(db.AppendState(nil), record{db: db})
	if r := &x.dbs.all[id]; r.unit.Name == "" {
		unit, err := tables.NewLogs(r.db, deployment.LogsTable).Unit(context.Background(), x.cluster)
		if err != nil {
			panic(fmt.Sprintf("explore: the unit's item cannot be read: %v", err))
		}
		r.unit = unit
	}
	return id
}

// addModel returns the number of EKS's state at an instant.
func (x *exploration) addModel(m *eksmodel.Model, clock int32) int32 {
	m.Now = func() time.Time { return x.instant(clock) }
	return x.models.add(m.AppendState(binary.AppendVarint(nil, int64(clock))), m)
}

// at returns the world at another instant.
func (x *exploration) at(w world, clock int32) world {
	return world{w.db, x.addModel(x.models.all[w.eks].Clone(), clock), clock}
}

// claimOrder returns the order of a stored unit's claim, unless the claim has ended.
func claimOrder(item map[string]types.AttributeValue) claim.Order {
	c, ok := item["claim"].(*types.AttributeValueMemberM)
	if !ok || c.Value["endedAt"] != nil {
		return ""
	}
	order, _ := c.Value["order"].(*types.AttributeValueMemberS)
	if order == nil {
		return ""
	}
	return claim.Order(order.Value)
}

// configure writes the scenario's configuration.
func (x *exploration) configure() error {
	c, err := config.Parse(x.setup.Config)
	if err != nil {
		return err
	}
	if len(c.Clusters) != 1 {
		return fmt.Errorf("%d clusters are configured; want one", len(c.Clusters))
	}
	x.cluster = c.Clusters[0].Name
	db := memdb.New(memdb.Table{Name: deployment.ConfigTable, PartitionKey: "kind", SortKey: "name"})
	for _, e := range []struct {
		kind, name string
		spec       any
	}{{inventory.KindSettings, inventory.GlobalSettings, c.Settings}, {inventory.KindCluster, x.cluster, c.Clusters[0]}} {
		spec, err := json.Marshal(e.spec)
		if err != nil {
			return err
		}
		entity := inventory.Item{Kind: e.kind, Name: e.name, Spec: spec, UpdatedAt: x.setup.Start.Add(-24 * time.Hour)}
		if _, err := tables.NewConfig(db, deployment.ConfigTable).Put(context.Background(), entity); err != nil {
			return err
		}
	}
	stored, err := tables.NewConfig(db, deployment.ConfigTable).Unit(context.Background(), x.cluster)
	x.config.Snapshot = inventory.Check(stored, x.setup.Start).Snapshot // its items are not parsed again
	return err
}

// snapshot is the configuration, read once.
type snapshot struct{ inventory.Snapshot }

// Unit returns the configuration of the only unit.
func (s snapshot) Unit(context.Context, string) (inventory.Snapshot, error) { return s.Snapshot, nil }
