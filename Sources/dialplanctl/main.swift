import Commands

Dialplanctl.main()
