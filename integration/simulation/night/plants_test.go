package night

import (
	"runtime"
	"sync"
	"testing"
)

// plantedCases is how many nights a planted fault may take to be found. The rarest, a broken node group that counts as ACTIVE, is found
// in night 821; any change of the order of calls changes which nights find it.
const plantedCases = 1000

// TestEveryPlantedFaultIsFound puts each fault into the product that it once had. A simulation that does not find it would
// not find the next one either.
func TestEveryPlantedFaultIsFound(t *testing.T) {
	fewerCollections(t)
	// The nights before these find nothing, so that the search would begin in vain there.
	first := map[int]uint64{
		2: 80, 5: 800, 6: 20, 8: 110, 9: 420, 10: 20, 11: 70, 12: 260, 13: 40, 14: 15, 15: 30, 21: 60, 26: 40, 29: 25, 30: 30, 31: 140, 32: 40, 33: 15, 34: 50, 45: 330,
	}
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	var group sync.WaitGroup
	for _, p := range Plants {
		group.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			found, err := Search(p, first[p.Row]+1, plantedCases)
			switch {
			case err != nil:
				t.Errorf("row %d: %v", p.Row, err)
			case found == nil:
				t.Errorf("row %d: %s: not found in %d cases", p.Row, p.Name, plantedCases)
			default:
				t.Logf("row %d: %s: found in case %d: %s", p.Row, p.Name, found.Seed, found.Violations[0])
			}
		})
	}
	group.Wait()
}
