package weekgrid

// shade is a colour in the forms of both pictures.
type shade struct {
	hex  string // for SVG
	ansi uint8  // its like among a terminal's 256
	dark bool   // text on it is white instead of black
}

// levels are how many steps there are from light, for few nodes, to dark, for many.
const levels = 4

// palette holds the hues blue, orange, green, purple and grey. Within a level they stay apart also for eyes that see
// no red or no green, and every colour is darker than all of the level before.
var palette = [][levels]shade{
	{{"#b3d0ff", 152, false}, {"#69b6fc", 75, false}, {"#4a94ee", 69, false}, {"#2a66c0", 25, true}},
	{{"#fdc88c", 222, false}, {"#eba256", 214, false}, {"#cf8436", 172, false}, {"#a8540a", 130, true}},
	{{"#b2f5d0", 157, false}, {"#4dc393", 78, false}, {"#20a073", 35, false}, {"#07513a", 29, true}},
	{{"#fbe3fb", 225, false}, {"#e0a0e0", 146, false}, {"#c07cc0", 133, false}, {"#791969", 90, true}},
	{{"#c8cacc", 255, false}, {"#bcbec0", 251, false}, {"#9c9ea0", 246, false}, {"#727273", 237, true}},
}
