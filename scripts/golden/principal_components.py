"""Golden values of principal components of twelve small films, for test/generator/span: python principal_components.py > test/golden/principal-components.json"""
import json,sys,numpy as np,sklearn
from sklearn.decomposition import PCA
rng=np.random.default_rng(7)
x=np.clip(rng.normal(120,6,(12,1))+rng.normal(0,12,(12,3))@rng.normal(0,1,(3,20))+rng.normal(0,4,(12,20)),0,255).round().astype(int)
p=PCA(n_components=5,svd_solver='full').fit(x.astype(float))
# each as long as its standard deviation
v=p.components_*np.sqrt(p.explained_variance_)[:,None]
print(json.dumps({'made with':f'scikit-learn {sklearn.__version__}, scripts/golden/principal_components.py','films':x.tolist(),'mean':p.mean_.tolist(),'components':v.tolist()}))
