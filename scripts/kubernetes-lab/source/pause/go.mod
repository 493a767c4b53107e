module headgate.test/kubernetes-lab/pause

go 1.26.0
