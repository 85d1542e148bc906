import ArgumentParser
import Commands

Dialplanctl.main()
