"""Golden values of Ledoit and Wolf's shrinkage, for test/rivals: python ledoit_wolf.py > test/golden/ledoit-wolf.json"""
import json,numpy as np,sklearn
from sklearn.covariance import LedoitWolf
rng=np.random.default_rng(11)
def case(n,d,rank,noise):
    x=rng.normal(0,1,(n,rank))@rng.normal(0,2,(rank,d))+rng.normal(0,noise,(n,d))
    x=(x-x.mean(0)).round(4)
    f=LedoitWolf(assume_centered=True).fit(x)
    return {'vectors':x.tolist(),'share':float(f.shrinkage_),'covariance':f.covariance_.tolist()}
# few vectors of many features, many of few, and a covariance that is nothing but noise
print(json.dumps({'made with':f'scikit-learn {sklearn.__version__}, scripts/golden/ledoit_wolf.py','cases':[case(8,20,3,0.5),case(40,6,2,0.3),case(12,12,1,3),case(6,30,1,8)]}))
