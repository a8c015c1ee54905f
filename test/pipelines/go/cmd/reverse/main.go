package main

import (
	"fmt"
	"os"

	"example.org/reverse"
)

func main() {
	fmt.Println(reverse.Text(os.Args[1]))
}
